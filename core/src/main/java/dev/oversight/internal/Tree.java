package dev.oversight.internal;

import dev.oversight.ChildBody;
import dev.oversight.spi.Platform;

import org.jspecify.annotations.Nullable;

import java.util.function.UnaryOperator;

/**
 * What all supervisors of a tree share.
 *
 * @param platform time, timers and threads
 * @param contextClassLoader that of the thread that started the tree
 * @param around makes what is run in place of a body
 * @param ledger the abandoned runs that still run
 * @param services what its children publish
 * @param locks what its children have for themselves
 */
record Tree(
        Platform platform,
        @Nullable ClassLoader contextClassLoader,
        UnaryOperator<ChildBody> around,
        Ledger ledger,
        Services services,
        Locks locks) {
    Tree(
            Platform platform,
            @Nullable ClassLoader contextClassLoader,
            UnaryOperator<ChildBody> around) {
        this(
                platform,
                contextClassLoader,
                around,
                new Ledger(),
                new Services(platform.timers()),
                new Locks(platform));
    }
}
