package dev.oversight.internal;

import dev.oversight.event.ChildState;
import dev.oversight.event.StopTime;
import dev.oversight.event.StopWaterfall;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Puts together how the stop of a supervisor goes, from its books and, while it goes on, from those of the
 * supervisors below it. Events tell the same, but to listeners that were there from the start.
 */
final class Waterfalls {
    private static final int SHOWN = SlowestStops.KEPT;

    /** Whoever is asked first is first; a supervisor is asked before those below it, and takes longer. */
    private static final Comparator<StopTime> IN_ORDER = Comparator.comparingLong(
                    StopTime::askedNanos)
            .thenComparing(Comparator.comparing(StopTime::took).reversed())
            .thenComparing(StopTime::path);

    private static final Comparator<StopTime> WORTH_SHOWING = Comparator.comparing(
                    (StopTime stop) -> stop.way() != StopTime.Way.STOPPING)
            .thenComparing(Comparator.comparing(StopTime::took).reversed());

    /** What one supervisor knows of its stop. */
    private record Part(
            long beganNanos,
            long untilNanos,
            long byNanos,
            boolean ended,
            List<StopTime> stops,
            int more,
            List<SupervisorRuntime> nested) {}

    private Waterfalls() {}

    /** Empty if it has not begun to stop. */
    static Optional<StopWaterfall> of(SupervisorRuntime supervisor) {
        Part top = supervisor.handle().ask(Waterfalls::part).orElse(null);
        if (top == null) {
            return Optional.empty();
        }
        List<StopTime> stops = new ArrayList<>(top.stops);
        int more = top.more;
        Deque<SupervisorRuntime> todo = new ArrayDeque<>(top.nested);
        for (SupervisorRuntime at = todo.poll(); at != null; at = todo.poll()) {
            Part part = at.handle().ask(Waterfalls::part).orElse(null);
            if (part != null) {
                stops.addAll(part.stops);
                more += part.more;
                todo.addAll(part.nested);
            }
            more += cut(stops);
        }
        more += cut(stops);
        stops.sort(IN_ORDER);
        return Optional.of(new StopWaterfall(
                supervisor.path(),
                top.beganNanos,
                Duration.ofNanos(top.untilNanos - top.beganNanos),
                top.byNanos == Long.MAX_VALUE
                        ? null
                        : Duration.ofNanos(Math.max(0, top.byNanos - top.beganNanos)),
                top.ended,
                stops,
                more));
    }

    private static int cut(List<StopTime> stops) {
        if (stops.size() <= SHOWN) {
            return 0;
        }
        stops.sort(WORTH_SHOWING);
        int over = stops.size() - SHOWN;
        stops.subList(SHOWN, stops.size()).clear();
        return over;
    }

    /** In the loop of a supervisor. */
    private static Optional<Part> part(SupervisorState state) {
        Situation here = state.situation();
        boolean ended = here.phase == SupervisorState.Phase.ENDED;
        if (!ended && !here.isStopping()) {
            return Optional.empty();
        }
        List<StopTime> stops = state.slowest().longestFirst();
        int more = state.slowest().more();
        List<SupervisorRuntime> nested = new ArrayList<>();
        int going = 0;
        for (Child child = state.children().first(); child != null; child = child.later) {
            if (child.state != ChildState.STOPPING) {
                continue;
            }
            if (child.run instanceof NestedRun run) {
                nested.add(run.nested());
            }
            if (going++ < SHOWN) {
                stops.add(goingOn(child, here.now));
            } else {
                more++;
            }
        }
        return Optional.of(new Part(
                here.stopBeganNanos,
                ended ? here.endedNanos : here.now,
                here.stopByNanos,
                ended,
                stops,
                more,
                nested));
    }

    private static StopTime goingOn(Child child, long now) {
        @Nullable Duration budget = SlowestStops.budget(child);
        return new StopTime(
                child.path,
                child.incarnation,
                child.sinceNanos,
                Duration.ofNanos(now - child.sinceNanos),
                budget,
                StopTime.Way.STOPPING);
    }
}
