package dev.oversight.internal;

import dev.oversight.spi.Platform;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What all supervisors of a tree share.
 *
 * @param platform time, timers and threads
 * @param contextClassLoader that of the thread that started the tree
 * @param ledger the abandoned runs of the whole tree that still run, and when they were abandoned
 * @param services what its children publish
 */
record Tree(
        Platform platform,
        @Nullable ClassLoader contextClassLoader,
        Map<ThreadRun, Long> ledger,
        Services services) {
    Tree(Platform platform, @Nullable ClassLoader contextClassLoader) {
        this(
                platform,
                contextClassLoader,
                new ConcurrentHashMap<>(),
                new Services(platform.timers()));
    }
}
