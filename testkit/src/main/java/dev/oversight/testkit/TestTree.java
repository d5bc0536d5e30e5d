package dev.oversight.testkit;

import dev.oversight.ChildRef;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.Outcome;
import dev.oversight.OversightException;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildState;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A tree of the real engine on the virtual time of a {@link TestKit}.
 *
 * <pre>{@code
 * TestTree tree = kit.start(shop);
 * tree.fail("cache");
 * tree.advance(ofMinutes(1));
 * tree.verify(it -> it.incarnation("cache", 2).untouched("http"));
 * }</pre>
 *
 * <p>After each call that does something, everybody has run who could without time passing. Paths are
 * relative to the root ({@code "db"}, {@code "shop/db"}) or whole.
 *
 * <p>For the thread of the test; not from inside a tree.
 */
public final class TestTree {
    private final TestKit kit;
    private final Stage stage;
    private final Recorder recorder = new Recorder();
    private final String root;
    private final long startNanos;
    private final Supervisor supervisor;
    private int mark;

    TestTree(TestKit kit, SupervisorSpec spec) {
        this.kit = kit;
        this.stage = new Stage(kit.ground());
        this.root = spec.id();
        this.startNanos = kit.time().nanos();
        this.supervisor = kit.doing(() -> kit.launch(spec.listener(recorder), stage));
    }

    /**
     * The running supervisor, as an application sees it. Queries, and requests that need no time, can be
     * made of it by any thread; one that waits for time to pass needs a thread of its own, because it is
     * the test's that moves the clock.
     */
    public Supervisor supervisor() {
        return supervisor;
    }

    /** {@link TestKit#advance}. */
    public TestTree advance(Duration time) {
        kit.advance(time);
        return this;
    }

    // ------------------------------------------------------------------ what befalls children

    /** Has the running incarnation of a child fail, with a {@link SimulatedFailure}. */
    public TestTree fail(String path) {
        return fail(path, new SimulatedFailure(path));
    }

    /**
     * Has the running incarnation of a child fail. A body of yours is interrupted where it waits, and what
     * it throws is replaced.
     *
     * @throws AssertionError if none runs, or if it goes on all the same
     */
    public TestTree fail(String path, Throwable with) {
        return end(path, new Incarnation.Fail(Objects.requireNonNull(with, "with")));
    }

    /**
     * Has the running incarnation of a child return.
     *
     * @throws AssertionError if none runs, or if it goes on all the same
     */
    public TestTree complete(String path) {
        return end(path, new Incarnation.Complete());
    }

    /**
     * Has the running incarnation of a child hang: from now on it does nothing and hears nothing, until
     * the test is over.
     *
     * @throws AssertionError if none runs
     */
    public TestTree hang(String path) {
        tell(path, new Incarnation.Deaf(Ground.FOREVER));
        return this;
    }

    private TestTree end(String path, Incarnation.Order order) {
        Incarnation run = tell(path, order);
        if (stage.isLive(run)) {
            throw new AssertionError(path + " was to end and goes on: does it drop its interrupt?\n"
                    + Stacks.of(run.thread) + "\n" + report());
        }
        return this;
    }

    private Incarnation tell(String path, Incarnation.Order order) {
        return kit.doing(() -> {
            Incarnation run = stage.at(whole(path));
            if (run == null) {
                throw new AssertionError("no incarnation of " + whole(path)
                        + " runs a body; it is "
                        + find(path).map(this::described).orElse("not known") + "\n" + report());
            }
            run.tell(order);
            return run;
        });
    }

    private String described(ChildSnapshot child) {
        return child.isSupervisor()
                ? "a supervisor: name a child of it"
                : child.state().toString();
    }

    // ------------------------------------------------------------------ requests

    /**
     * {@link Supervisor#add} to the root. What is refused is thrown; what takes time is done when enough of
     * it has passed.
     */
    public CompletableFuture<ChildRef> add(ChildSpec child) {
        return asked(() -> supervisor.addAsync(child));
    }

    /** {@link Supervisor#terminate}, of a child at any depth; see {@link #add} for what comes back. */
    public CompletableFuture<Exit> terminate(String path) {
        return asked(() -> parentOf(path).terminateAsync(idOf(path)));
    }

    /** {@link Supervisor#restart}, of a child at any depth; see {@link #add} for what comes back. */
    public CompletableFuture<Void> restart(String path) {
        return asked(() -> parentOf(path).restartAsync(idOf(path)));
    }

    /** {@link Supervisor#delete}, of a child at any depth; see {@link #add} for what comes back. */
    public CompletableFuture<Void> delete(String path) {
        return asked(() -> parentOf(path).deleteAsync(idOf(path)));
    }

    /** {@link Supervisor#close}: begins to stop the tree in order; see {@link #add} for what comes back. */
    public CompletableFuture<Outcome> stop() {
        return asked(() -> kit.inThread(root + "/stopper", () -> {
            supervisor.close();
            return supervisor.outcome().orElseThrow();
        }));
    }

    private <T> CompletableFuture<T> asked(Supplier<CompletableFuture<T>> request) {
        CompletableFuture<T> answer = kit.doing(request);
        try {
            if (answer.isDone()) {
                answer.join();
            }
            return answer;
        } catch (CompletionException e) {
            if (e.getCause() instanceof OversightException refused) {
                throw refused;
            }
            throw e;
        }
    }

    private Supervisor parentOf(String path) {
        String whole = whole(path);
        if (whole.equals(root)) {
            throw new AssertionError("\"" + path
                    + "\" is the tree itself, expected the path of a child; stop() ends the tree");
        }
        String parent = whole.substring(0, whole.lastIndexOf('/'));
        return parent.equals(root)
                ? supervisor
                : supervisor
                        .supervisor(parent)
                        .orElseThrow(() -> new AssertionError(
                                "no supervisor " + parent + " runs\n" + report()));
    }

    private static String idOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    // ------------------------------------------------------------------ what became of it

    /** A child at any depth; empty if there is none. */
    public Optional<ChildSnapshot> find(String path) {
        return supervisor.find(whole(path));
    }

    /**
     * The state of a child.
     *
     * @throws AssertionError if there is no such child
     */
    public ChildState state(String path) {
        return find(path)
                .map(ChildSnapshot::state)
                .orElseThrow(() -> new AssertionError("no child " + whole(path) + "\n" + report()));
    }

    /** All that happened since the start. */
    public Recording recording() {
        return recorder.recording(startNanos);
    }

    /** From now on, {@link #verify} looks only at what happens after this. */
    public TestTree mark() {
        mark = recorder.size();
        return this;
    }

    /**
     * Compares what happened with what a test expects.
     *
     * @throws AssertionError if something does not hold: with all that does not, and the timeline
     */
    public TestTree verify(Consumer<Verification> expectations) {
        Recording all = recording();
        Verification verification = new Verification(this, all, all.from(mark));
        expectations.accept(verification);
        verification.throwIfAny();
        return this;
    }

    /** {@link Verification#untouched}, alone. */
    public TestTree assertUntouched(String... paths) {
        return verify(it -> it.untouched(paths));
    }

    /** Prints the timeline, the children and who waits where, to standard output. */
    @SuppressWarnings("SystemOut") // that is what it is for
    public TestTree debug() {
        System.out.println(report());
        return this;
    }

    String report() {
        StringBuilder text = new StringBuilder("timeline of " + root + kit.seedText() + ":\n");
        text.append(recording().timeline());
        text.append("\nnow ").append(Recording.offset(kit.time().nanos() - startNanos));
        supervisor.outcome().ifPresent(o -> text.append(", ended with ").append(o.reason()));
        appendChildren(supervisor, text);
        return text.append(kit.waitsText()).toString();
    }

    private static void appendChildren(Supervisor supervisor, StringBuilder text) {
        for (ChildSnapshot child : supervisor.children()) {
            text.append("\n    ").append(child.path()).append(' ').append(child.state());
            text.append(" (incarnation ").append(child.incarnation()).append(')');
            supervisor.supervisor(child.path()).ifPresent(s -> appendChildren(s, text));
        }
    }

    String whole(String path) {
        return path.equals(root) || path.startsWith(root + "/") ? path : root + "/" + path;
    }

    @Override
    public String toString() {
        return "TestTree[" + supervisor + "]";
    }
}
