package dev.oversight.runner;

import dev.oversight.Listener;
import dev.oversight.Outcome;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildAdded;
import dev.oversight.event.ChildBackingOff;
import dev.oversight.event.ChildCompleted;
import dev.oversight.event.ChildCoolingDown;
import dev.oversight.event.ChildDeclined;
import dev.oversight.event.ChildDown;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildParked;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildRemoved;
import dev.oversight.event.ChildSilent;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildStopped;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;
import dev.oversight.event.LimitsChanged;
import dev.oversight.event.StackTaken;
import dev.oversight.event.SupervisorCoolingDown;
import dev.oversight.event.SupervisorEnded;
import dev.oversight.event.SupervisorStarted;
import dev.oversight.event.SupervisorStopping;
import dev.oversight.process.ProcessLine;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells on the screen what the tree decides and what its programs write. */
final class Narrator implements Listener {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private final Screen screen;
    private final String root;
    private final Set<String> supervisors = new HashSet<>();
    private final Consumer<Throwable> onDefect;
    private final Waiting waiting;
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * A narrator of one tree.
     *
     * @param onDefect told if an event cannot be told, which is a defect of ours
     */
    Narrator(Entry.Supervisor tree, Screen screen, Consumer<Throwable> onDefect) {
        this.screen = screen;
        this.root = tree.id();
        this.onDefect = onDefect;
        this.waiting = new Waiting(tree);
        addSupervisors(tree, root);
    }

    /** Tells what waits for others before it starts. To be called before the first event. */
    void begin() {
        waiting.starting(root).forEach(path -> sayWaiting(path, Instant.now()));
    }

    private void addSupervisors(Entry.Supervisor supervisor, String path) {
        supervisors.add(path);
        for (Entry child : supervisor.children()) {
            if (child instanceof Entry.Supervisor nested) {
                addSupervisors(nested, path + "/" + nested.id());
            }
        }
    }

    /** The names of all nodes as they are shown, in start order, the root first. */
    static List<String> names(Entry.Supervisor tree) {
        List<String> names = new ArrayList<>(List.of(tree.id()));
        addNames(tree, "", names);
        return names;
    }

    private static void addNames(Entry.Supervisor supervisor, String above, List<String> names) {
        for (Entry child : supervisor.children()) {
            names.add(above + child.id());
            if (child instanceof Entry.Supervisor nested) {
                addNames(nested, above + child.id() + "/", names);
            }
        }
    }

    /** Shows a line of a program. */
    void line(ProcessLine line) {
        screen.child(name(line.childPath()), line.stderr(), line.text());
    }

    /** Waits until the end of the tree has been told, or the time has passed. */
    void awaitEnd(Duration limit) {
        try {
            // On a time-out nothing is to be done: who does not read must not hold up the end.
            boolean _ = ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // A signal that came too late to stop anything: the end is near already.
            Thread.currentThread().interrupt();
        }
    }

    /** The path without the root, which all have in common. */
    private String name(String path) {
        return path.startsWith(root + "/") ? path.substring(root.length() + 1) : path;
    }

    @Override
    public void on(Event event) {
        try {
            tell(event);
            waiting.after(event).forEach(path -> sayWaiting(path, event.at()));
            if (event instanceof ChildStarted && supervisors.contains(event.path())) {
                waiting.starting(event.path()).forEach(path -> sayWaiting(path, event.at()));
            }
        } catch (Throwable defect) {
            onDefect.accept(defect);
        } finally {
            if (event instanceof SupervisorEnded && event.path().equals(root)) {
                ended.countDown();
            }
        }
    }

    private void tell(Event event) {
        boolean supervisor = supervisors.contains(event.path());
        switch (event) {
            case ChildStarted e ->
                say(
                        e,
                        (e.awaitsReadiness() || supervisor ? "starting" : "started")
                                + run(e.incarnation()));
            case ChildReady e -> {
                if (!supervisor) { // SupervisorStarted says more
                    say(e, "ready after " + time(e.took()));
                }
            }
            case ChildFailed e ->
                complain(
                        e,
                        "failed after " + time(e.uptime()) + ": "
                                + Causes.shortly(e.cause(), e.path())
                                + (e.restarting() ? "; restarting" : "; not restarted"));
            case ChildCompleted e ->
                say(
                        e,
                        "ended by itself after " + time(e.uptime())
                                + (e.restarting() ? "; restarting" : "; not restarted"));
            case ChildBackingOff e ->
                say(e, "restarts in " + time(e.delay()) + " (attempt " + e.attempt() + ")");
            case ChildStopping e -> say(e, "stopping: " + e.why().text());
            case ChildStopped e ->
                say(
                        e,
                        "stopped after " + time(e.took())
                                + (e.exit().cause() == null
                                        ? ""
                                        : ": " + Causes.shortly(e.exit().cause(), e.path())));
            case ChildAbandoned e ->
                complain(
                        e, "still not stopped after " + time(e.after()) + ", no longer waited for");
            case AbandonedRunEnded e -> say(e, "has stopped after all");
            case StackTaken
                    _ -> {} // where our own thread waits for a process says nothing about it
            case ChildSilent _ -> {} // a program has no heartbeat to make
            case ChildAdded e -> say(e, "added");
            case ChildRemoved e -> say(e, "removed");
            case ChildDown e -> say(e, "stays down");
            case ChildDeclined e -> say(e, "has nothing to run");
            case ChildParked e ->
                complain(
                        e,
                        "parked: stays down, the others go on; "
                                + Causes.shortly(e.cause(), e.path()));
            case ChildCoolingDown e ->
                complain(
                        e,
                        "pauses for " + time(e.pause()) + "; "
                                + Causes.shortly(e.cause(), e.path()));
            case SupervisorCoolingDown e ->
                complain(
                        e,
                        "restarts nothing for " + time(e.pause()) + "; "
                                + Causes.shortly(e.cause(), e.path()));
            case LimitsChanged e -> say(e, e.text().substring(e.path().length() + 1));
            case SupervisorStarted e ->
                say(e, "up with " + count(e.children()) + " after " + time(e.took()));
            case SupervisorStopping e -> stopping(e);
            case SupervisorEnded e -> {
                if (e.path().equals(root)) { // of others, their supervisor tells
                    ended(e);
                }
            }
            case EventsDropped e ->
                complain(
                        e, e.count() + " events are not shown: the output is not read fast enough");
        }
    }

    private void sayWaiting(String path, Instant at) {
        waiting.text(path)
                .ifPresent(
                        text -> screen.decision(name(path), clock(at), "waits for " + text, false));
    }

    private void stopping(SupervisorStopping event) {
        boolean isRoot = event.path().equals(root);
        switch (event.reason()) {
            case STOPPED -> {
                if (isRoot) {
                    say(event, "stopping");
                }
            }
            case NO_CHILD_LEFT -> say(event, "nothing is left to run");
            case SIGNIFICANT_ENDED -> say(event, "stopping: what it was there for has ended");
            case TOO_MANY_FAILURES, START_FAILED, SUPERVISOR_FAILED -> {
                List<String> causes = Causes.lines(event.cause());
                String why = causes.isEmpty()
                        ? "it failed"
                        : withoutPath(causes.getFirst(), event.path());
                complain(event, why.startsWith("gave up") ? why : "gives up: " + why);
                causes.stream().skip(1).forEach(line -> complain(event, line));
            }
        }
    }

    private static String withoutPath(String line, String path) {
        return line.startsWith(path + " ") ? line.substring(path.length() + 1) : line;
    }

    private void ended(SupervisorEnded event) {
        Outcome outcome = event.outcome();
        String left = outcome.abandoned() == 0
                ? ""
                : "; " + outcome.abandoned() + " did not stop in time";
        String text = outcome.isFailure() ? "ended by failure" : "ended";
        say(event, text + left, outcome.isFailure());
    }

    private static String run(long incarnation) {
        return incarnation <= 1 ? "" : " (run " + incarnation + ")";
    }

    private static String count(int children) {
        return children + (children == 1 ? " child" : " children");
    }

    private static String time(Duration duration) {
        return DurationText.of(duration);
    }

    private void say(Event event, String text) {
        say(event, text, false);
    }

    private void complain(Event event, String text) {
        say(event, text, true);
    }

    private void say(Event event, String text, boolean bad) {
        screen.decision(name(event.path()), clock(event.at()), text, bad);
    }

    private static String clock(Instant at) {
        return CLOCK.format(at.atZone(ZoneId.systemDefault()));
    }

    /** Says something of our own, in the name of the whole tree. */
    void announce(String text) {
        screen.decision(root, clock(Instant.now()), text, false);
    }
}
