package dev.oversight.testkit;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A child that does what a test needs, at given times after its start. An immutable value; each setter
 * returns a new one. Unless told otherwise it is ready at once, never ends by itself, and ends at once
 * when it is asked to stop.
 *
 * <pre>{@code
 * .child("db", Script.idle().readyAfter(ofSeconds(1)).failsAfter(ofMinutes(5), new IOException()))
 * .child("legacy", Script.idle().ignoresStop())
 * .child("flaky", Script.runs(Script.idle().failsAfter(ofSeconds(1)), Script.idle()))
 * }</pre>
 *
 * <p>Meant for a {@link TestKit}; on the real clock it works as well, but what {@linkplain #ignoresStop()
 * ignores} a stop then ends with the JVM, or with {@link RealTrees#close()}.
 */
public final class Script implements ChildBody {
    private static final Script IDLE = new Script(new Plan(), List.of());

    /** How it ends by itself. */
    private enum End {
        NEVER,
        FAILS,
        COMPLETES,
        HANGS
    }

    /** Written while a setter makes its copy, and never again. */
    private static final class Plan {
        @Nullable
        Duration readyAfter = Duration.ZERO;

        End end = End.NEVER;
        Duration endAfter = Duration.ZERO;

        @Nullable
        Throwable failure;

        Duration stopTakes = Duration.ZERO;

        @Nullable
        Throwable stopFailure;

        @Nullable
        Duration beatsEvery;

        Duration silentAfter = Ground.FOREVER;

        Plan() {}

        Plan(Plan other) {
            readyAfter = other.readyAfter;
            end = other.end;
            endAfter = other.endAfter;
            failure = other.failure;
            stopTakes = other.stopTakes;
            stopFailure = other.stopFailure;
            beatsEvery = other.beatsEvery;
            silentAfter = other.silentAfter;
        }
    }

    private interface Change {
        void apply(Plan plan);
    }

    private final Plan plan;

    /** One for each incarnation, the last one for all that follow; empty if this is the only one. */
    private final List<Script> byIncarnation;

    private Script(Plan plan, List<Script> byIncarnation) {
        this.plan = plan;
        this.byIncarnation = byIncarnation;
    }

    /** A child that is ready at once and waits to be stopped. */
    public static Script idle() {
        return IDLE;
    }

    /**
     * A child whose first incarnation follows the first script, the second the second, and all from the
     * last one on the last.
     */
    public static Script runs(Script first, Script... following) {
        List<Script> all = new ArrayList<>(List.of(first));
        all.addAll(Arrays.asList(following));
        return new Script(first.plan, List.copyOf(all));
    }

    /** When it says that it is ready. Default: at once. */
    public Script readyAfter(Duration time) {
        Objects.requireNonNull(time, "time");
        return with(p -> p.readyAfter = time);
    }

    /** It never says that it is ready. */
    public Script neverReady() {
        return with(p -> p.readyAfter = null);
    }

    /** When it fails, with a {@link SimulatedFailure}. Replaces any other end. */
    public Script failsAfter(Duration time) {
        return ends(End.FAILS, time, null);
    }

    /** When and with what it fails. Replaces any other end. Default: never. */
    public Script failsAfter(Duration time, Throwable with) {
        return ends(End.FAILS, time, Objects.requireNonNull(with, "with"));
    }

    /** When it returns. Replaces any other end. Default: never. */
    public Script completesAfter(Duration time) {
        return ends(End.COMPLETES, time, null);
    }

    /** From when on it does nothing and hears nothing, until the test is over. Replaces any other end. */
    public Script hangsAfter(Duration time) {
        return ends(End.HANGS, time, null);
    }

    private Script ends(End end, Duration time, @Nullable Throwable failure) {
        Objects.requireNonNull(time, "time");
        return with(p -> {
            p.end = end;
            p.endAfter = time;
            p.failure = failure;
        });
    }

    /**
     * It works rather than waits, and makes a {@linkplain ChildContext#heartbeat() heartbeat} that often,
     * the first when it is ready. Default: it only waits to be asked to stop, which is no silence.
     */
    public Script beatsEvery(Duration time) {
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException("found beatsEvery(" + time
                    + "), expected a time between two beats; make it positive");
        }
        return with(p -> p.beatsEvery = time);
    }

    /** From when on it makes no heartbeat, though it works and stops when asked. Default: never. */
    public Script silentAfter(Duration time) {
        Objects.requireNonNull(time, "time");
        return with(p -> p.silentAfter = time);
    }

    /** How long it goes on after it was asked to stop. Default: not at all. */
    public Script stopsAfter(Duration time) {
        Objects.requireNonNull(time, "time");
        return with(p -> p.stopTakes = time);
    }

    /** It never stops when asked to, until the test is over. */
    public Script ignoresStop() {
        return with(p -> p.stopTakes = Ground.FOREVER);
    }

    /** What it throws when it has been asked to stop. Default: it returns. */
    public Script failsOnStop(Throwable with) {
        Objects.requireNonNull(with, "with");
        return with(p -> p.stopFailure = with);
    }

    private Script with(Change change) {
        if (!byIncarnation.isEmpty()) {
            throw new IllegalStateException("found Script.runs(…) followed by a setting, expected"
                    + " settings of the scripts in it; set them there");
        }
        Plan copy = new Plan(plan);
        change.apply(copy);
        return new Script(copy, byIncarnation);
    }

    @Override
    public void run(ChildContext self) throws Exception {
        if (byIncarnation.isEmpty()) {
            follow(self);
        } else {
            int run = (int) Math.min(self.incarnation(), byIncarnation.size());
            byIncarnation.get(run - 1).run(self);
        }
    }

    private void follow(ChildContext self) throws Exception {
        Duration readyAfter = plan.readyAfter;
        boolean endsFirst = plan.end != End.NEVER
                && readyAfter != null
                && plan.endAfter.compareTo(readyAfter) < 0;
        Duration waited = Duration.ZERO;
        if (readyAfter != null && !endsFirst) {
            if (self.awaitStop(readyAfter)) {
                stop();
                return;
            }
            self.ready();
            waited = readyAfter;
        }
        if (isStopped(self, waited)) {
            stop();
        } else {
            end(self);
        }
    }

    /** True if it is asked to stop before it ends by itself. */
    private boolean isStopped(ChildContext self, Duration lived) throws InterruptedException {
        Duration left = plan.end == End.NEVER ? Ground.FOREVER : plan.endAfter.minus(lived);
        if (plan.beatsEvery != null) {
            return works(self, plan.beatsEvery, lived, left);
        }
        if (plan.end == End.NEVER) {
            self.awaitStop();
            return true;
        }
        return self.awaitStop(left);
    }

    /** The same for one that beats meanwhile. */
    private boolean works(ChildContext self, Duration every, Duration lived, Duration time)
            throws InterruptedException {
        Duration beaten = lived;
        Duration left = time;
        try {
            while (beaten.compareTo(plan.silentAfter) < 0 && left.compareTo(every) > 0) {
                self.heartbeat();
                ground().sleep(every);
                beaten = beaten.plus(every);
                left = left.minus(every);
            }
            ground().sleep(left);
            return !self.running();
        } catch (InterruptedException e) {
            if (self.running()) {
                throw e; // nobody asked it to stop
            }
            Thread.currentThread().interrupt(); // as after a wait of its context
            return true;
        }
    }

    private void end(ChildContext self) {
        switch (plan.end) {
            case FAILS ->
                throw Sneaky.rethrow(
                        plan.failure == null ? new SimulatedFailure(self.path()) : plan.failure);
            case HANGS -> ground().stayDeaf(Ground.FOREVER);
            case COMPLETES, NEVER -> {}
        }
    }

    private void stop() {
        if (!plan.stopTakes.isZero()) {
            Thread.interrupted(); // it came with the request
            ground().stayDeaf(plan.stopTakes);
        }
        if (plan.stopFailure != null) {
            throw Sneaky.rethrow(plan.stopFailure);
        }
    }

    private static Ground ground() {
        Incarnation here = Incarnation.CURRENT.get();
        return here == null ? new Ground.Real() : here.stage.ground;
    }
}
