package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.AtLimit;
import dev.oversight.AutoShutdown;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.Outcome;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;
import dev.oversight.event.Event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Drives one {@link SupervisorState} by script on virtual time and keeps what it decides as short lines:
 * {@code start a#1}, {@code signal b#1}, {@code abandon c#1}. After every input all {@link Invariants}
 * are checked. What its runs do when the script does not say is in {@link Habits}.
 */
final class StateHarness {
    final SupervisorSpec spec;
    final String path;
    final World world;
    final SupervisorState state;
    final StateHarness parent;
    final FakeRun self;
    final FakeEffects effects;
    final Invariants invariants;

    long alarm = Long.MAX_VALUE;
    private boolean expectsDefects;
    Throwable defect;

    StateHarness(SupervisorSpec spec) {
        this(spec, spec.id(), new World(), null, null);
    }

    private StateHarness(
            SupervisorSpec spec, String path, World world, StateHarness parent, FakeRun self) {
        this.spec = spec;
        this.path = path;
        this.world = world;
        this.parent = parent;
        this.self = self;
        this.effects = new FakeEffects(this);
        this.state = new SupervisorState(spec, path, effects);
        this.invariants = new Invariants(this);
        world.supervisors.add(this);
    }

    /** The supervisor that one of its runs is. */
    StateHarness below(FakeRun run) {
        SupervisorSpec nested = run.child.spec.supervisor().orElseThrow();
        return new StateHarness(nested, run.child.path, world, this, run);
    }

    // ------------------------------------------------------------------ describing

    static ChildSpec worker(String id) {
        return ChildSpec.of(id, self -> {});
    }

    /** It is up once it has said so, for which it has a second. */
    static ChildSpec waiting(String id) {
        return worker(id).readyWithin(Duration.ofSeconds(1));
    }

    /** A supervisor called root that gives up late. */
    static SupervisorSpec root(Strategy strategy, String... ids) {
        return root(strategy, c -> c, ids);
    }

    static SupervisorSpec root(Strategy strategy, UnaryOperator<ChildSpec> rules, String... ids) {
        SupervisorSpec spec =
                SupervisorSpec.of("root", strategy).intensity(1000, Duration.ofSeconds(5));
        for (String id : ids) {
            spec = spec.child(rules.apply(worker(id)));
        }
        return spec;
    }

    /** The same, one for one, which stays when nobody is left. */
    static SupervisorSpec keeping(String... ids) {
        return root(Strategy.ONE_FOR_ONE, ids).autoShutdown(AutoShutdown.NEVER);
    }

    static StateHarness started(SupervisorSpec spec) {
        return new StateHarness(spec).start();
    }

    /** They ignore the signal; the script may end them. */
    StateHarness deaf(String... ids) {
        world.habits.deaf(ids);
        return this;
    }

    /** It ends so long after the signal. */
    StateHarness slow(String id, Duration time) {
        world.habits.slow(id, time);
        return this;
    }

    /** They are ready as soon as they are launched. */
    StateHarness readyAtOnce(String... ids) {
        world.habits.readyAtOnce(ids);
        return this;
    }

    /** There is no thread for them. */
    StateHarness withoutThread(String... ids) {
        world.habits.withoutThread(ids);
        return this;
    }

    /** Each nested supervisor has a harness of its own. */
    StateHarness withNested() {
        world.habits.playNested();
        return this;
    }

    /** Each loop of the tree takes what others sent it only when the script says {@link #turn}. */
    StateHarness withTurns() {
        world.turns = true;
        return this;
    }

    /** What happened long ago is played again: nothing is checked. */
    StateHarness unchecked() {
        world.checks = false;
        return this;
    }

    /** Effects and events are not kept. */
    StateHarness unrecorded() {
        world.records = false;
        return this;
    }

    /** Defects are part of the play: they are handed back to the state as the loop does it. */
    StateHarness expectDefects() {
        expectsDefects = true;
        return this;
    }

    boolean expectsDefects() {
        return expectsDefects;
    }

    // ------------------------------------------------------------------ the script

    StateHarness start() {
        return feed(new Input.Start());
    }

    void crash(String id) {
        crash(id, new IllegalStateException("boom"));
    }

    void crash(String id, Throwable cause) {
        end(live(id), cause);
    }

    /** It returns, asked or not. */
    void complete(String id) {
        end(live(id), null);
    }

    void ready(String id) {
        feed(new Input.Ready(live(id)));
    }

    /** It is heard of; nobody is told. */
    void beat(String id) {
        FakeRun run = live(id);
        run.heardNanos = world.now;
        run.suspectedNanos = FakeRun.NEVER;
        run.pulse.beat(world.now);
    }

    /** It waits to be asked to stop, and need not be heard of. */
    void rests(String id) {
        FakeRun run = live(id);
        run.rests = true;
        run.pulse.rests(true);
    }

    /** It goes on, and is heard of with that. */
    void goesOn(String id) {
        FakeRun run = live(id);
        beat(id);
        run.rests = false;
        run.pulse.rests(false);
    }

    /** An old run, such as {@code b#1}, ends at last: the newest of that name that was let go of. */
    void lateEnd(String label) {
        end(
                world.runs.reversed().stream()
                        .filter(r -> r.abandoned && !r.over && r.label().equals(label))
                        .findFirst()
                        .orElseGet(() -> run(label)),
                null);
    }

    void end(FakeRun run, Throwable cause) {
        noteEnd(run, cause);
        run.supervisor.feed(run);
    }

    /** It says that there is nothing to run. */
    void decline(String id) {
        live(id).declined = true;
        complete(id);
    }

    void handInEnd(FakeRun run, Throwable cause) {
        noteEnd(run, cause);
        world.hand(run.supervisor, run);
    }

    private static void noteEnd(FakeRun run, Throwable cause) {
        if (run.over) {
            throw new AssertionError(run.label() + " has ended already");
        }
        run.over = true;
        run.cause = cause;
    }

    Asked<Child> add(ChildSpec child) {
        Asked<Child> asked = asked("add " + child.id().orElse("?"));
        feed(new Input.Add(child, false, asked, null));
        return asked;
    }

    Asked<Child> addFromInside(ChildSpec child) {
        Asked<Child> asked = asked("add from inside");
        feed(new Input.Add(child, true, asked, null));
        return asked;
    }

    Asked<Exit> terminate(String id) {
        Asked<Exit> asked = asked("terminate " + id);
        feed(new Input.Terminate(id, asked));
        return asked;
    }

    Asked<Exit> delete(String id) {
        Asked<Exit> asked = asked("delete " + id);
        feed(new Input.Delete(id, asked));
        return asked;
    }

    Asked<Exit> end(Child child) {
        Asked<Exit> asked = asked("end " + child.path);
        feed(new Input.End(child, asked));
        return asked;
    }

    Asked<Child> restart(String id) {
        Asked<Child> asked = asked("restart " + id);
        feed(new Input.Restart(id, asked));
        return asked;
    }

    /** Null leaves a limit as it is. */
    Asked<Integer> changeLimits(Integer maxChildren, AtLimit.Allowance intensity) {
        Asked<Integer> asked = asked("change limits");
        feed(new Input.ChangeLimits(maxChildren, intensity, asked));
        return asked;
    }

    /** Says that the live run of a child has failed. */
    Asked<Child> fail(String id) {
        Asked<Child> asked = asked("fail " + id);
        feed(new Input.Fail(id, null, new IllegalStateException("hangs"), asked));
        return asked;
    }

    /** The ends of the incarnation that is live now: none or one. */
    List<Exit> watch(String id) {
        Watched watched = new Watched(this, state.children().find(id));
        world.watches.add(watched);
        feed(new Input.Watching(id, watched, asked("watch " + id)));
        return watched.ends;
    }

    /** Who watches that child no longer wants to know. */
    void unwatch(String id) {
        for (Watched watched : world.watches) {
            if (watched.isOpen() && watched.child == child(id)) {
                watched.takeBack();
                feed(new Input.Unwatch(watched.child, watched));
            }
        }
    }

    void stopWithin(Duration limit) {
        feed(new Input.Stop(world.now + limit.toNanos()));
    }

    private <T> Asked<T> asked(String what) {
        Asked<T> asked = new Asked<>(what);
        world.requests.add(asked);
        return asked;
    }

    void stop() {
        feed(new Input.Stop());
    }

    void abort() {
        feed(new Input.Abort());
    }

    void advance(Duration time) {
        world.advance(time);
    }

    /** Time has come to the next moment at which something is due, and nobody has noticed yet. */
    void clock(Duration time) {
        world.now += time.toNanos();
    }

    /** The alarm goes off. */
    void woke() {
        alarm = Long.MAX_VALUE;
        feed(new Input.Woke());
    }

    /** The loop takes the oldest input that was handed to it. */
    void turn() {
        apply(world.poll(this));
    }

    /** Whatever was handed to this loop before still waits if loops have {@linkplain #withTurns turns}. */
    StateHarness feed(Input input) {
        if (world.turns) {
            apply(input);
            return this;
        }
        world.hand(this, input);
        world.pump();
        return this;
    }

    /** As the serial loop does it. */
    void apply(Input input) {
        invariants.before(input);
        try {
            state.apply(input, world.now);
        } catch (AssertionError wrong) {
            throw wrong;
        } catch (Throwable thrown) {
            if (!expectsDefects) {
                throw new AssertionError("the engine failed on " + input, thrown);
            }
            defect = thrown;
            state.crash(input, thrown);
        }
        invariants.after();
        if (world.checks) {
            invariants.check();
        }
    }

    // ------------------------------------------------------------------ what became of it

    SupervisorState.Phase phase() {
        return state.phase();
    }

    /** Whether it may still start anything. */
    boolean isOpen() {
        return phase() == SupervisorState.Phase.STARTING
                || phase() == SupervisorState.Phase.RUNNING;
    }

    Outcome outcome() {
        assertThat(effects.outcome).as("outcome of " + path).isNotNull();
        return effects.outcome;
    }

    Child child(String id) {
        Child child = state.children().find(id);
        if (child == null) {
            throw new AssertionError("no child " + id + " in " + states());
        }
        return child;
    }

    ChildState state(String id) {
        return child(id).state;
    }

    /** All children in start order: {@code a RUNNING#1, b STOPPED#2}. */
    String states() {
        return children().stream()
                .map(c -> c.id + " " + c.state + "#" + c.incarnation)
                .collect(Collectors.joining(", "));
    }

    List<Child> children() {
        List<Child> result = new ArrayList<>();
        for (Child child = state.children().first(); child != null; child = child.later) {
            result.add(child);
        }
        return result;
    }

    FakeRun live(String id) {
        Run run = child(id).run;
        if (run == null) {
            throw new AssertionError("no live run of " + id + " in " + states());
        }
        return (FakeRun) run;
    }

    /** The newest run of that label. */
    FakeRun run(String label) {
        return world.runs.reversed().stream()
                .filter(r -> r.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no run " + label + " in " + world.runs));
    }

    /** The nested supervisor that is running now. */
    StateHarness nested(String id) {
        return live(id).nested;
    }

    /** The newest supervisor of that path in the tree. */
    StateHarness supervisor(String itsPath) {
        if (path.equals(itsPath) && parent == null) {
            return this;
        }
        return world.supervisors.reversed().stream()
                .filter(one -> one.path.equals(itsPath))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no supervisor " + itsPath));
    }

    /** When the first of its children is due; {@link Long#MAX_VALUE} if none is. */
    long earliestDue() {
        long earliest = Long.MAX_VALUE;
        for (Child child = state.children().first(); child != null; child = child.later) {
            if (child.heapIndex >= 0) {
                earliest = Math.min(earliest, child.dueNanos);
            }
        }
        return earliest;
    }

    /** Whether somebody has asked it to stop within a limit. */
    boolean hurried() {
        return invariants.hurried();
    }

    String relative(String fullPath) {
        String root = world.supervisors.getFirst().path;
        return fullPath.startsWith(root + "/") ? fullPath.substring(root.length() + 1) : fullPath;
    }

    /** The effects since the last call, of the whole tree. */
    void expect(String... lines) {
        List<String> found = List.copyOf(world.effects);
        world.effects.clear();
        assertThat(found).as("effects; now " + states()).containsExactly(lines);
    }

    /** The events since the last call, of the whole tree. */
    void expectEvents(String... lines) {
        assertThat(newEvents()).as("events; now " + states()).containsExactly(lines);
    }

    List<String> newEvents() {
        List<String> found = world.events.stream()
                .map(event -> EventLine.of(relative(event.path()), event))
                .toList();
        world.events.clear();
        return found;
    }

    <E extends Event> List<E> events(Class<E> type) {
        return world.events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Forgets the record so far. */
    StateHarness forget() {
        world.effects.clear();
        world.events.clear();
        return this;
    }
}
