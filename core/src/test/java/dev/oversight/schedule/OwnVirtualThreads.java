package dev.oversight.schedule;

import java.lang.reflect.Constructor;
import java.util.concurrent.Executor;

/**
 * Virtual threads on a scheduler of one's own, which the JDK has for its own tests: an internal class, that
 * another JDK may not have, and that has to be opened by {@code --add-opens
 * java.base/java.lang=ALL-UNNAMED}.
 */
final class OwnVirtualThreads {
    private static final Constructor<?> BUILDER = builder();

    private OwnVirtualThreads() {}

    private static Constructor<?> builder() {
        try {
            Constructor<?> found = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            found.setAccessible(true);
            return found;
        } catch (ReflectiveOperationException | RuntimeException absent) {
            return null;
        }
    }

    static boolean exist() {
        return BUILDER != null;
    }

    static Thread unstarted(Executor scheduler, String name, Runnable body) {
        try {
            return ((Thread.Builder.OfVirtual) BUILDER.newInstance(scheduler))
                    .name(name)
                    .inheritInheritableThreadLocals(false)
                    .unstarted(body);
        } catch (ReflectiveOperationException refused) {
            throw new IllegalStateException("no virtual thread with its own scheduler", refused);
        }
    }
}
