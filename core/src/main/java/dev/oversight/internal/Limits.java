package dev.oversight.internal;

import dev.oversight.AtLimit;
import dev.oversight.ChildFailedException;
import dev.oversight.Exit;
import dev.oversight.SupervisorSpec;
import dev.oversight.TooManyFailuresException;
import dev.oversight.event.ChildCoolingDown;
import dev.oversight.event.Event;
import dev.oversight.event.LimitsChanged;
import dev.oversight.event.SupervisorCoolingDown;

import org.jspecify.annotations.Nullable;

/**
 * How many children there may be, and whether a restart is allowed: by the child's own allowance, if it has one, and by the supervisor's;
 * and what becomes of it if not. Semantics: otp-parity, "allowance" and "at the limit".
 */
final class Limits {
    /** The answer, and why. */
    sealed interface Verdict {
        /** It is restarted. */
        record Allowed() implements Verdict {}

        /** It is restarted, but not before this time has passed; told by an event if a pause begins. */
        record Later(long delayNanos, @Nullable Event begins) implements Verdict {}

        /** It stays down until a person resumes it. */
        record Parked(TooManyFailuresException why) implements Verdict {}

        /** The supervisor gives up. */
        record GivenUp(TooManyFailuresException why) implements Verdict {}
    }

    private static final Verdict ALLOWED = new Verdict.Allowed();

    /** Those that come back after a pause are spread over half of it, in steps of the golden ratio. */
    private static final double STEP = 0.6180339887498949;

    private final SupervisorSpec spec;
    private final Situation here;

    /** How many restarts are allowed; null if there is no limit. As described, until somebody changes it. */
    private AtLimit.@Nullable Allowance intensity;

    private @Nullable RestartWindow window;
    private int maxChildren;

    /** Nothing is restarted before. */
    private long coolUntilNanos = Long.MIN_VALUE;

    private int waiting;

    Limits(SupervisorSpec spec, Situation here) {
        this.spec = spec;
        this.here = here;
        this.maxChildren = spec.maxChildren();
        if (!spec.neverGivesUp()) {
            this.intensity = new AtLimit.Allowance(spec.intensity(), spec.period());
            this.window = windowOf(intensity);
        }
    }

    private static RestartWindow windowOf(AtLimit.Allowance allowance) {
        return new RestartWindow(allowance.restarts(), allowance.period().toNanos());
    }

    /** How many children there may be. */
    int maxChildren() {
        return maxChildren;
    }

    /** Changes what is given; says what holds now. */
    LimitsChanged change(@Nullable Integer children, AtLimit.@Nullable Allowance restarts) {
        if (children != null) {
            maxChildren = children;
        }
        if (restarts != null) {
            intensity = restarts;
            if (window == null) {
                window = windowOf(restarts);
            } else {
                window.change(restarts.restarts(), restarts.period().toNanos(), here.now);
            }
        }
        return new LimitsChanged(here.path, here.now, maxChildren, intensity);
    }

    /** Counts the restart of a child. The stamp is taken here, before any sibling is stopped. */
    Verdict ask(Child child, Run run, Exit exit) {
        if (here.now < coolUntilNanos) {
            return afterThePause(null); // not counted, so that failures cannot prolong it
        }
        AtLimit.Allowance own = child.spec.intensity().orElse(null);
        if (own == null && window == null) {
            return ALLOWED;
        }
        Throwable failure = failure(child, run, exit);
        if (own != null) {
            RestartWindow its = windowOf(child, own);
            if (!its.allows(here.now, failure)) {
                return atLimit(child, its, own);
            }
        }
        if (window != null && !window.allows(here.now, failure)) {
            return atLimit(child);
        }
        return ALLOWED;
    }

    private static Throwable failure(Child child, Run run, Exit exit) {
        Throwable thrown = exit.cause();
        String what = thrown == null ? "returned, and is to be restarted" : "failed";
        return new ChildFailedException(child.path, run.incarnation, what, thrown);
    }

    private static RestartWindow windowOf(Child child, AtLimit.Allowance own) {
        RestartWindow its = child.window;
        if (its == null) {
            its = windowOf(own);
            child.window = its;
        }
        return its;
    }

    private Verdict atLimit(Child child, RestartWindow its, AtLimit.Allowance own) {
        TooManyFailuresException why =
                TooManyFailuresException.ofChild(child.path, own, its.failures());
        return switch (child.spec.atLimit()) {
            case AtLimit.Escalate escalate -> new Verdict.GivenUp(why);
            case AtLimit.Park park -> park(child, why);
            case AtLimit.CoolDown coolDown -> {
                its.clear();
                yield new Verdict.Later(
                        coolDown.pause().toNanos(),
                        new ChildCoolingDown(
                                child.path, child.incarnation, here.now, coolDown.pause(), why));
            }
        };
    }

    private Verdict atLimit(Child child) {
        RestartWindow all = window;
        AtLimit.Allowance allowed = intensity;
        if (all == null || allowed == null) {
            throw new IllegalStateException(here.path + " never gives up");
        }
        TooManyFailuresException why = spec.atLimit() instanceof AtLimit.Escalate
                ? TooManyFailuresException.givenUp(here.path, allowed, all.failures())
                : TooManyFailuresException.ofChildren(here.path, allowed, all.failures());
        return switch (spec.atLimit()) {
            case AtLimit.Escalate escalate -> new Verdict.GivenUp(why);
            case AtLimit.Park park -> {
                all.takeBack();
                yield park(child, why);
            }
            case AtLimit.CoolDown coolDown -> {
                all.clear();
                waiting = 0;
                coolUntilNanos = here.now + coolDown.pause().toNanos();
                yield afterThePause(
                        new SupervisorCoolingDown(here.path, here.now, coolDown.pause(), why));
            }
        };
    }

    private static Verdict park(Child child, TooManyFailuresException why) {
        child.window = null; // who resumes it gives it a new chance
        return new Verdict.Parked(why);
    }

    private Verdict afterThePause(@Nullable Event begins) {
        long left = coolUntilNanos - here.now;
        double part = (waiting++ * STEP) % 1;
        long pause = spec.atLimit() instanceof AtLimit.CoolDown coolDown
                ? coolDown.pause().toNanos()
                : 0;
        return new Verdict.Later(left + (long) (part * pause / 2), begins);
    }
}
