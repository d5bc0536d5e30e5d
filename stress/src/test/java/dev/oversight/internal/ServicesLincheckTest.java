package dev.oversight.internal;

import static dev.oversight.internal.RegistryRace.NAME;
import static dev.oversight.internal.RegistryRace.SHARED;

import dev.oversight.AbandonedException;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceTakenException;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

import java.util.List;

/** The registry against {@link ServicesByTheBook}: who publishes, withdraws, ends, and who is found. */
@Param(name = "run", gen = IntGen.class, conf = "0:2")
@Param(name = "value", gen = IntGen.class, conf = "1:2")
public class ServicesLincheckTest {
    static final int RUNS = 3;

    private final Services services = new Services((delay, task) -> () -> {});
    private final SupervisorRuntime supervisor = new Lab().supervisor();
    private final List<ThreadRun> runs =
            List.of(Lab.run("a", supervisor), Lab.run("b", supervisor), Lab.run("c", supervisor));

    /** Under a name for one alone. */
    @Operation
    public String publish(@Param(name = "run") int run, @Param(name = "value") int value) {
        return publish(NAME, run, value);
    }

    /** Under a name for many. */
    @Operation
    public String share(@Param(name = "run") int run, @Param(name = "value") int value) {
        return publish(SHARED, run, value);
    }

    private String publish(ServiceKey<?> key, int run, int value) {
        try {
            services.publish(runs.get(run), key, run * 10 + value);
            return "done";
        } catch (ServiceTakenException taken) {
            return "taken";
        } catch (AbandonedException over) {
            return "over";
        }
    }

    /** Whether there was something to withdraw. */
    @Operation
    public boolean withdraw(@Param(name = "run") int run) {
        return services.withdraw(runs.get(run), NAME);
    }

    /** The same for the shared name. */
    @Operation
    public boolean withdrawShared(@Param(name = "run") int run) {
        return services.withdraw(runs.get(run), SHARED);
    }

    /** The run is over, and taken out afterwards. */
    @Operation
    public void end(@Param(name = "run") int run) {
        runs.get(run).abandoned = true;
        services.release(runs.get(run));
    }

    /** Zero if there is none. */
    @Operation
    public int find() {
        return found(NAME);
    }

    /** The oldest one. */
    @Operation
    public int findShared() {
        return found(SHARED);
    }

    private int found(ServiceKey<?> key) {
        Services.Entry entry = services.find(key);
        return entry == null ? 0 : (Integer) entry.service();
    }

    @Test
    void everyAnswer_isThatOfARegistryUsedByOneThreadAtATime() {
        new ModelCheckingOptions()
                .iterations(15)
                .invocationsPerIteration(Lab.SCHEDULES)
                .threads(3)
                .actorsPerThread(2)
                .actorsBefore(2)
                .actorsAfter(1)
                .sequentialSpecification(ServicesByTheBook.class)
                .check(ServicesLincheckTest.class);
    }

    @Test
    void whoeverLooks_findsOneIfThereIsOneAllTheTime() {
        Lab.search(OneFollowsAnother::new);
    }

    private static final class OneFollowsAnother extends RegistryRace {
        @Override
        public void run() throws InterruptedException {
            services.publish(first, SHARED, 1);
            lab.together(this::look, () -> {
                services.publish(next, SHARED, 2);
                first.abandoned = true;
                services.release(first);
            });
        }

        private void look() {
            Lab.check(services.find(SHARED) != null, "one is found");
            Lab.check(!services.all(SHARED).isEmpty(), "one is listed");
        }
    }
}
