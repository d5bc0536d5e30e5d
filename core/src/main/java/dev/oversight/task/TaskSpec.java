package dev.oversight.task;

import dev.oversight.AtLimit;
import dev.oversight.AutoShutdown;
import dev.oversight.ChildBody;
import dev.oversight.ChildSpec;
import dev.oversight.InvalidSpecException;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.TooManyChildrenException;
import dev.oversight.internal.Kind;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Describes a task supervisor and the rules of its tasks. An immutable value; each setter returns a new
 * one.
 *
 * <pre>{@code
 * TaskSpec tasks = TaskSpec.of("tasks").maxTasks(100).shutdown(Shutdown.within(ofSeconds(2)));
 * SupervisorSpec root = SupervisorSpec.of("root").child(tasks.spec()).child("web", web::run);
 *
 * try (Supervisor tree = Supervisor.start(root)) {
 *     Task<Integer> answer = tasks.in(tree).submit(() -> compute());
 *     use(answer.await());
 * }
 * }</pre>
 *
 * <p>Tasks are temporary children: one that ends is forgotten, and one that fails disturbs neither its
 * siblings nor, unless it is {@linkplain TaskSupervisor#linkedTo linked}, whoever submitted it. The
 * supervisor stays up when there is nothing to do. Semantics: otp-parity, "tasks".
 */
public final class TaskSpec {
    private static final ChildBody NOTHING = self -> {};

    /** Longer than any task: all of its retries count. */
    private static final Duration WHOLE_LIFE = Duration.ofDays(36_500);

    private final SupervisorSpec supervisor;

    /** The rules of each task; its body is a placeholder. */
    private final ChildSpec rules;

    private final @Nullable Duration timeout;

    private TaskSpec(SupervisorSpec supervisor, ChildSpec rules, @Nullable Duration timeout) {
        this.supervisor = supervisor;
        this.rules = rules;
        this.timeout = timeout;
    }

    /**
     * A task supervisor without a limit of tasks, each of which has 5 s to stop; when the supervisor stops,
     * all at the same time.
     *
     * @param id its name in the tree; not blank, without {@code '/'}
     * @throws InvalidSpecException if the id is no such name
     */
    public static TaskSpec of(String id) {
        return new TaskSpec(
                Kind.TASKS.of(SupervisorSpec.of(id)
                        .autoShutdown(AutoShutdown.NEVER)
                        .forgetEnded()
                        .stopOrder(StopOrder.TOGETHER)),
                ChildSpec.of(NOTHING).restart(Restart.TEMPORARY),
                null);
    }

    /**
     * How many tasks may run at a time, those that wait for a retry included. Beyond that, submitting
     * throws {@link TooManyChildrenException} in the caller, and nothing is queued. Default: no limit.
     *
     * @param limit one or more
     * @throws InvalidSpecException if it is less
     */
    public TaskSpec maxTasks(int limit) {
        return new TaskSpec(supervisor.maxChildren(limit), rules, timeout);
    }

    /**
     * How long a task may take to stop once it was asked to. Default 5 s.
     *
     * @see ChildSpec#shutdown
     */
    public TaskSpec shutdown(Shutdown rule) {
        return new TaskSpec(supervisor, rules.shutdown(rule), timeout);
    }

    /**
     * Whether a task that ended is run again, without a limit of its own ({@link #retries} has one), which makes it <em>at least once</em>: work that failed
     * half way is done again, so it must bear that. Its result is that of the last run. Default {@link
     * Restart#TEMPORARY}: once.
     *
     * <p>Retries spend the supervisor's {@linkplain SupervisorSpec#intensity intensity}, by default 1 in
     * 5 s, and when it is spent all its tasks end with it. So say how many are normal:
     *
     * <pre>{@code
     * TaskSpec.of("uploads").restart(Restart.TRANSIENT)
     *         .rules(task -> task.backoff(Backoff.exponential(ofMillis(200), ofSeconds(10))))
     *         .supervisor(s -> s.intensity(100, ofMinutes(1)));
     * }</pre>
     *
     * @throws InvalidSpecException if the rule is {@link Restart#PERMANENT}
     */
    public TaskSpec restart(Restart rule) {
        Objects.requireNonNull(rule, "rule");
        if (rule.equals(Restart.PERMANENT)) {
            throw InvalidSpecException.of(
                    "restart",
                    "PERMANENT",
                    "a rule under which a task can end and have a result",
                    "use Restart.TRANSIENT to try again after failures");
        }
        return new TaskSpec(supervisor, rules.restart(rule), timeout);
    }

    /**
     * Runs work that failed again, but so many times at most for each task, whatever the others do; so it
     * makes it <em>at least once</em>. When the last retry has failed, too, the task has failed, with what
     * that one threw as the cause. Work that returned is not run again. Replaces {@link #restart}, and lets
     * the supervisor {@linkplain SupervisorSpec#neverGiveUp never give up}, because what fails is limited
     * already; set an {@linkplain #supervisor intensity} after it for a limit of all tasks together. Changed
     * for a {@linkplain TaskSupervisor#with running} supervisor, it leaves that one's limit as it is.
     *
     * <pre>{@code
     * TaskSpec.of("uploads").retries(3)
     *         .rules(task -> task.backoff(Backoff.exponential(ofMillis(200), ofSeconds(10))));
     * }</pre>
     *
     * @param most one or more
     * @throws InvalidSpecException if it is less
     */
    public TaskSpec retries(int most) {
        if (most < 1) {
            throw InvalidSpecException.of(
                    "retries", most, "one or more", "leave it away to run each task once");
        }
        return new TaskSpec(
                supervisor.neverGiveUp(),
                rules.restart(Restart.TRANSIENT)
                        .intensity(most, WHOLE_LIFE)
                        .atLimit(AtLimit.park()),
                timeout);
    }

    /**
     * How long a task may take from when it was submitted, retries included. One that takes longer is
     * asked to stop, and has no result ({@link TaskStoppedException.Reason#TIMED_OUT}). Default: as long
     * as it takes.
     *
     * @param limit more than zero
     * @throws InvalidSpecException if it is not
     */
    public TaskSpec timeout(Duration limit) {
        checkTimeout(limit);
        return new TaskSpec(supervisor, rules, limit);
    }

    static void checkTimeout(Duration limit) {
        Objects.requireNonNull(limit, "limit");
        if (limit.isNegative() || limit.isZero()) {
            throw InvalidSpecException.of(
                    "timeout", limit, "more than zero", "leave it away for no limit");
        }
    }

    /**
     * Changes what else can be said of a child for every task: labels, backoff, interrupts.
     *
     * @throws InvalidSpecException if the result is none for a task: it declares readiness, is
     *     significant, permanent, or has an id
     */
    public TaskSpec rules(UnaryOperator<ChildSpec> change) {
        ChildSpec changed = Objects.requireNonNull(change.apply(rules), "the changed rules");
        refuse(changed.readyWithin().isPresent(), "readyWithin", "a task is up at once");
        refuse(changed.significant(), "significant", "the end of a task ends nobody else");
        refuse(changed.id().isPresent(), "id", "use TaskSupervisor.named(...)");
        refuse(changed.supervisor().isPresent(), "a nested supervisor", "submit the work itself");
        return new TaskSpec(supervisor, changed, timeout).restart(changed.restart());
    }

    private static void refuse(boolean found, String field, String cure) {
        if (found) {
            throw InvalidSpecException.of("rules", "one that sets " + field, "none", cure);
        }
    }

    /**
     * Changes what can be said of the supervisor itself: intensity, listeners, backoff. It stays up
     * without tasks and forgets those that have ended, whatever the change says.
     *
     * @throws InvalidSpecException if it has children of its own then, which belong beside it
     */
    public TaskSpec supervisor(UnaryOperator<SupervisorSpec> change) {
        SupervisorSpec changed = Kind.TASKS.of(
                change.apply(supervisor).autoShutdown(AutoShutdown.NEVER).forgetEnded());
        if (changed.size() > 0) {
            throw InvalidSpecException.of(
                    "supervisor",
                    "one with " + changed.size() + " children",
                    "one without",
                    "put them into the supervisor above");
        }
        return new TaskSpec(changed, rules, timeout);
    }

    /** The name of the supervisor. */
    public String id() {
        return supervisor.id();
    }

    /** The supervisor as a child of a tree, or as the root of one. */
    public SupervisorSpec spec() {
        return supervisor;
    }

    /** The rules of each task; its body does nothing. */
    public ChildSpec rules() {
        return rules;
    }

    /** How long a task may take; empty if there is no limit. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /**
     * Leads to the supervisor of this spec in a running tree, whichever incarnation is live.
     *
     * @param parent the supervisor whose child it is
     */
    public TaskSupervisor in(Supervisor parent) {
        return in(parent, id());
    }

    /**
     * The same for one deeper down, or under another id.
     *
     * @param tree any supervisor above it
     * @param path its place, as {@link Supervisor#supervisor} takes it, such as {@code shop/tasks}
     */
    public TaskSupervisor in(Supervisor tree, String path) {
        return new TaskSupervisor(new TaskPlace(tree, path), this);
    }

    @Override
    public String toString() {
        return "TaskSpec[" + supervisor + ", tasks: restart " + rules.restart() + ", shutdown "
                + rules.shutdown() + (timeout == null ? "" : ", timeout " + timeout) + "]";
    }
}
