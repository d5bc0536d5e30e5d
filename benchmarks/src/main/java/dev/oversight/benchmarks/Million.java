package dev.oversight.benchmarks;

import dev.oversight.ChildBody;
import dev.oversight.ChildSpec;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A million children start, are listed, lose ten thousand to crashes, have them all back, and end, in
 * the heap it is given.
 */
public final class Million {
    private Million() {}

    /** Prints how long each part took; fails if a child is missing. */
    public static void main(String[] args) throws InterruptedException {
        run(1_000_000, 10_000);
        System.out.printf(
                "metric=million siblings=1000000 heap_mib=%d result=ok%n",
                Runtime.getRuntime().maxMemory() >> 20);
    }

    private static void run(int count, int crashes) throws InterruptedException {
        CountDownLatch crash = new CountDownLatch(1);
        CountDownLatch again = new CountDownLatch(crashes);
        ChildBody idle = self -> self.awaitStop();
        ChildBody crashing = self -> {
            if (self.incarnation() == 1) {
                crash.await();
                throw Crash.INSTANCE;
            }
            again.countDown();
            self.awaitStop();
        };
        List<ChildSpec> children = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            children.add(ChildSpec.of("child-" + i, i % (count / crashes) == 0 ? crashing : idle));
        }
        SupervisorSpec spec = OversightPeer.neverGivesUp().children(children);
        long begin = System.nanoTime();
        try (Supervisor tree = Supervisor.start(spec)) {
            begin = lap("started", begin);
            if (tree.children().size() != count) {
                throw new IllegalStateException("children are missing");
            }
            begin = lap("listed", begin);
            crash.countDown();
            again.await();
            long up = tree.children().stream()
                    .filter(child -> child.state() == ChildState.RUNNING)
                    .count();
            if (up != count) {
                throw new IllegalStateException("only " + up + " are up");
            }
            begin = lap("crashed " + crashes + ", all back and listed", begin);
        }
        lap("closed", begin);
    }

    private static long lap(String what, long begin) {
        long now = System.nanoTime();
        System.out.printf("  %s: %d ms%n", what, (now - begin) / 1_000_000);
        return now;
    }
}
