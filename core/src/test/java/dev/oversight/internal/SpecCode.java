package dev.oversight.internal;

import dev.oversight.AtLimit;
import dev.oversight.AutoShutdown;
import dev.oversight.Backoff;
import dev.oversight.ChildSpec;
import dev.oversight.Condition;
import dev.oversight.Dependency;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;

import java.time.Duration;

/**
 * Specs as the code that makes them, for tests that print what they have found. Rules of an application
 * have to print as code themselves, {@linkplain Backoff#constant constant} delays excepted.
 */
final class SpecCode {
    private SpecCode() {}

    static String of(SupervisorSpec spec) {
        StringBuilder code = new StringBuilder("SupervisorSpec.of(\"" + spec.id() + "\"");
        if (spec.strategy() != Strategy.ONE_FOR_ONE) {
            code.append(", ").append(named(Strategy.class, spec.strategy()));
        }
        code.append(')');
        code.append(
                spec.neverGivesUp()
                        ? ".neverGiveUp()"
                        : ".intensity(" + spec.intensity() + ", " + of(spec.period()) + ")");
        if (!(spec.atLimit() instanceof AtLimit.Escalate)) {
            code.append(".atLimit(").append(of(spec.atLimit())).append(')');
        }
        if (spec.stopOrder() != StopOrder.REVERSE) {
            code.append(".stopOrder(StopOrder.").append(spec.stopOrder()).append(')');
        }
        if (spec.autoShutdown() != AutoShutdown.NOTHING_LEFT) {
            code.append(".autoShutdown(AutoShutdown.")
                    .append(spec.autoShutdown())
                    .append(')');
        }
        spec.backoff().ifPresent(b -> code.append(".backoff(").append(of(b)).append(')'));
        if (spec.maxChildren() != Integer.MAX_VALUE) {
            code.append(".maxChildren(").append(spec.maxChildren()).append(')');
        }
        code.append(spec.forgetsEnded() ? ".forgetEnded()" : "");
        for (ChildSpec child : spec.children()) {
            code.append("\n        .child(").append(of(child)).append(')');
        }
        return code.toString();
    }

    static String of(ChildSpec spec) {
        String id = spec.id().orElseThrow();
        StringBuilder code = new StringBuilder(spec.supervisor()
                .map(nested -> "ChildSpec.of(" + of(nested) + ")")
                .orElse("worker(\"" + id + "\")"));
        if (spec.restart() != Restart.PERMANENT) {
            code.append(".restart(")
                    .append(named(Restart.class, spec.restart()))
                    .append(')');
        }
        code.append(of(spec.shutdown()));
        spec.readyWithin()
                .ifPresent(d -> code.append(".readyWithin(").append(of(d)).append(')'));
        spec.heartbeatWithin()
                .ifPresent(d -> code.append(".heartbeatWithin(").append(of(d)).append(')'));
        spec.backoff().ifPresent(b -> code.append(".backoff(").append(of(b)).append(')'));
        spec.intensity()
                .ifPresent(own -> code.append(".intensity(")
                        .append(own.restarts() + ", " + of(own.period()) + ")"));
        if (!(spec.atLimit() instanceof AtLimit.Escalate)) {
            code.append(".atLimit(").append(of(spec.atLimit())).append(')');
        }
        code.append(spec.significant() ? ".significant(true)" : "");
        for (Dependency need : spec.dependencies()) {
            code.append(".dependsOn(\"").append(need.id()).append('"');
            code.append(
                    need.condition() == Condition.READY
                            ? ")"
                            : ", Condition." + need.condition() + ")");
        }
        spec.labels()
                .forEach((key, value) -> code.append(".label(\"" + key + "\", \"" + value + "\")"));
        return code.toString();
    }

    /** A constant of that type, or something that prints as code. */
    private static String named(Class<?> type, Object rule) {
        boolean isOurs = rule.getClass().getPackageName().equals("dev.oversight");
        return isOurs ? type.getSimpleName() + "." + rule : rule.toString();
    }

    private static String of(Shutdown rule) {
        return switch (rule) {
            case Shutdown.Within within ->
                ".shutdown(Shutdown.within(" + of(within.budget()) + "))";
            case Shutdown.Unbounded unbounded -> ".shutdown(Shutdown.unbounded())";
            case Shutdown.Immediate immediate -> ".shutdown(Shutdown.immediate())";
        };
    }

    private static String of(AtLimit rule) {
        return switch (rule) {
            case AtLimit.Escalate escalate -> "AtLimit.escalate()";
            case AtLimit.Park park -> "AtLimit.park()";
            case AtLimit.CoolDown coolDown -> "AtLimit.coolDown(" + of(coolDown.pause()) + ")";
        };
    }

    private static String of(Backoff rule) {
        return rule instanceof Enum<?>
                ? rule.toString()
                : "Backoff.constant(" + of(rule.delay(1)) + ")";
    }

    static String of(Duration time) {
        long nanos = time.toNanos();
        return nanos % 1_000_000 == 0
                ? "ofMillis(" + nanos / 1_000_000 + ")"
                : "ofNanos(" + nanos + ")";
    }
}
