package dev.oversight.testkit;

import java.util.Collection;
import java.util.stream.Collectors;

/** Threads as people want to see them who look for what keeps one alive. */
final class Stacks {
    private static final int FRAMES = 24;
    private static final int THREADS = 20;

    private Stacks() {}

    /** Name, state and stack. */
    static String of(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        StringBuilder text = new StringBuilder(thread.getName() + " is " + thread.getState());
        for (int i = 0; i < Math.min(FRAMES, stack.length); i++) {
            text.append("\n        at ").append(stack[i]);
        }
        return text.toString();
    }

    static String of(Collection<Thread> threads) {
        String shown = threads.stream()
                .limit(THREADS)
                .map(thread -> "    " + of(thread))
                .collect(Collectors.joining("\n"));
        return threads.size() <= THREADS
                ? shown
                : shown + "\n    and " + (threads.size() - THREADS) + " more";
    }

    /** The error of a test that leaves threads behind. */
    static AssertionError leak(Collection<Thread> alive) {
        return new AssertionError(alive.size() + (alive.size() == 1 ? " thread is" : " threads are")
                + " still alive after the test:\n" + of(alive));
    }
}
