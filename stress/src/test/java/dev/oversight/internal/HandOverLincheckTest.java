package dev.oversight.internal;

import org.junit.jupiter.api.Test;

/** A thread of its own goes on after so many inputs, here after one, while others hand in. */
class HandOverLincheckTest {

    @Test
    void inputsDuringAHandOver_areEachAppliedOnceAndInTheOrderOfTheirCaller() {
        Lab.search(HandOver::new);
    }

    private static final class HandOver implements Lab.Race {
        private final Lab lab = new Lab();
        private final SerialLoop loop = lab.loop(1);
        private int applied;
        private int lastOfFirst;
        private boolean inOrder = true;

        @Override
        public void run() throws InterruptedException {
            lab.together(this::first, this::second);
            Lab.check(applied == 4, "applied: " + applied);
            Lab.check(inOrder, "one caller's inputs are applied in their order");
        }

        private void first() {
            for (int i = 1; i <= 2; i++) {
                int number = i;
                loop.submit(Lab.doing(
                        () -> {
                            inOrder &= lastOfFirst == number - 1;
                            lastOfFirst = number;
                            return ++applied;
                        },
                        Lab.NOBODY));
            }
        }

        private void second() {
            loop.submit(Lab.doing(() -> ++applied, Lab.NOBODY));
            loop.submit(Lab.doing(() -> ++applied, Lab.NOBODY));
        }
    }
}
