package dev.oversight.internal;

import dev.oversight.AbandonedException;
import dev.oversight.Outcome;
import dev.oversight.service.Hold;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceUnavailableException;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** Who waits for a service or for a name is woken, whatever comes in between. */
class WaitingLincheckTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void whoeverWaitsForAService_isWokenByWhoeverPublishesIt() {
        Lab.search(ServiceComes::new);
    }

    @Test
    void whoeverWaitsForAService_isWokenByTheEndOfTheTree() {
        Lab.search(TreeEnds::new);
    }

    @Test
    void aName_isHadByOneAtATimeAndPassedOn() {
        Lab.search(NamePassesOn::new);
    }

    @Test
    void aNameWhoseHolderIsAbandoned_isPassedOn() {
        Lab.search(HolderIsAbandoned::new);
    }

    private static final class ServiceComes extends RegistryRace {
        @Override
        public void run() throws InterruptedException {
            lab.together(() -> await(NAME), () -> await(SHARED), () -> {
                services.publish(first, NAME, 1);
                services.publish(first, SHARED, 1);
                first.abandoned = true; // whoever is woken too late finds nothing, and waits on
                services.release(first);
                services.publish(next, SHARED, 2);
                services.publish(next, NAME, 2);
            });
            Lab.check(services.waiters().size() == 0, "nobody is listed any more");
        }

        private void await(ServiceKey<Integer> key) {
            try {
                int found = new LiveServiceRef<>(services, key).await(HOUR);
                Lab.check(found == 1 || found == 2, "found " + found);
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private static final class TreeEnds extends RegistryRace {
        @Override
        public void run() throws InterruptedException {
            Outcome outcome = new Outcome("root", Outcome.Reason.STOPPED, null, 0);
            lab.together(this::await, () -> services.close(outcome));
        }

        private void await() {
            try {
                new LiveServiceRef<>(services, NAME).await(HOUR);
                throw new AssertionError("found what nobody has published");
            } catch (ServiceUnavailableException ended) {
                Lab.check(services.outcome() != null, "the tree has ended");
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private static final class NamePassesOn implements Lab.Race {
        private final Lab lab = new Lab();
        private final Locks locks = new Locks(lab.platform);
        private final SupervisorRuntime supervisor = lab.supervisor();
        private int had;

        @Override
        public void run() throws InterruptedException {
            ThreadRun a = Lab.run("a", supervisor);
            ThreadRun b = Lab.run("b", supervisor);
            lab.together(() -> useTwice(a), () -> useTwice(b));
            Lab.check(had == 4, "had " + had + " times");
            Lab.check(locks.size() == 0, "nothing is left");
        }

        private void useTwice(ThreadRun run) {
            for (int i = 0; i < 2; i++) {
                try (Hold hold = locks.lock(run, "x", HOUR)) {
                    Lab.check(hold.isHeld(), "it is held");
                    had++;
                } catch (InterruptedException impossible) {
                    throw new AssertionError(impossible);
                }
            }
        }
    }

    private static final class HolderIsAbandoned implements Lab.Race {
        private final Lab lab = new Lab();
        private final Locks locks = new Locks(lab.platform);
        private final SupervisorRuntime supervisor = lab.supervisor();
        private final ThreadRun stuck = Lab.run("stuck", supervisor);
        private int had;

        @Override
        public void run() throws InterruptedException {
            locks.lock(stuck, "x", HOUR);
            lab.together(
                    () -> use(Lab.run("a", supervisor)),
                    () -> use(Lab.run("b", supervisor)),
                    () -> {
                        stuck.abandoned = true;
                        locks.release(stuck);
                    });
            Lab.check(had == 2, "had " + had + " times");
            Lab.check(locks.size() == 0, "nothing is left");
        }

        private void use(ThreadRun run) {
            try (Hold hold = locks.lock(run, "x", HOUR)) {
                Lab.check(hold.isHeld(), "it is held");
                had++;
            } catch (AbandonedException | InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }
}
