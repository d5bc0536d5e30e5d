package dev.oversight.internal;

import org.junit.jupiter.api.Test;

/** A child is asked to stop, or ends, while others add hooks and wait for it. */
class StopLincheckTest {

    @Test
    void stopHooks_runOnceEachWhoeverComesFirst() {
        Lab.search(HooksComeWithTheStop::new);
    }

    @Test
    void threadsOfTheBody_areToldThatTheChildHasEnded() {
        Lab.search(ChildEnds::new);
    }

    private static final class HooksComeWithTheStop implements Lab.Race {
        private final Lab lab = new Lab();
        private final ThreadRun run = Lab.run("a", lab.supervisor());
        private final int[] ran = new int[3];

        @Override
        public void run() throws InterruptedException {
            run.onStop(() -> ran[0]++);
            lab.together(
                    () -> {
                        run.onStop(() -> ran[1]++);
                        run.onStop(() -> ran[2]++);
                    },
                    () -> {
                        run.requestStop();
                        run.wake();
                    });
            for (int i = 0; i < ran.length; i++) {
                Lab.check(ran[i] == 1, "hook " + i + " ran " + ran[i] + " times");
            }
        }
    }

    private static final class ChildEnds implements Lab.Race {
        private final Lab lab = new Lab();
        private final ThreadRun run = Lab.run("a", lab.supervisor());

        @Override
        public void run() throws InterruptedException {
            lab.together(this::await, this::await, run);
        }

        private void await() {
            try {
                run.awaitStop();
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
            Lab.check(!run.running(), "it runs no more");
        }
    }
}
