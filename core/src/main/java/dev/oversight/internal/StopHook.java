package dev.oversight.internal;

import org.jspecify.annotations.Nullable;

/** What a body wants done when its child is to stop, linked to those that it said before. */
record StopHook(Runnable action, @Nullable StopHook earlier) {
    /** In place of the hooks of a child: they have been taken, the next one runs at once. */
    static final StopHook TAKEN = new StopHook(() -> {}, null);

    /** Runs all up to this one, each whatever the others do. */
    void runOldestFirst(String path) {
        StopHook reversed = null;
        for (StopHook hook = this; hook != null; hook = hook.earlier) {
            reversed = new StopHook(hook.action, reversed);
        }
        for (StopHook hook = reversed; hook != null; hook = hook.earlier) {
            try {
                hook.action.run();
            } catch (Throwable broken) {
                Log.log(
                        System.Logger.Level.WARNING,
                        () -> "a stop hook of " + path + " failed",
                        broken);
            }
        }
    }
}
