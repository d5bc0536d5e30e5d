package dev.oversight.testkit;

import dev.oversight.Shutdown;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildEvent;
import dev.oversight.event.ChildRemoved;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;
import dev.oversight.event.StackTaken;
import dev.oversight.event.SupervisorEvent;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A whole tree as somebody has it in their books who knows its description and hears its events, and
 * nothing else. Judges whether what it hears is possible and in order. Not safe for use from several
 * threads.
 */
final class Books {
    private final Described described;
    private final Requests requests;

    /** Of a supervisor that is not described: what it was made from, if somebody knows. */
    private final Function<String, Optional<SupervisorSpec>> others;

    private final Map<String, SupervisorBooks> supervisors = new HashMap<>();

    /** Events were lost: what follows is not judged until somebody has looked at the tree itself. */
    private boolean lostTrack;

    private boolean aborted;

    Books(
            Described described,
            Requests requests,
            Function<String, Optional<SupervisorSpec>> others) {
        this.described = described;
        this.requests = requests;
        this.others = others;
        open(described.root);
    }

    private SupervisorBooks open(String path) {
        SupervisorSpec spec =
                described.supervisor(path).or(() -> others.apply(path)).orElse(null);
        SupervisorBooks books = new SupervisorBooks(path, spec, mayBeAborted(path), requests);
        supervisors.put(path, books);
        return books;
    }

    /** Whether it, or a supervisor above it, may be out of time when it stops: then order is given up. */
    private boolean mayBeAborted(String path) {
        for (String at = path; !at.isEmpty(); at = Described.parentOf(at)) {
            boolean limited = described
                    .place(at)
                    .filter(place -> !(place.child().shutdown() instanceof Shutdown.Unbounded))
                    .isPresent();
            if (limited) {
                return true;
            }
        }
        return aborted;
    }

    /** From now on nobody has to keep to an order: all is to end at once. */
    void abort() {
        aborted = true;
        supervisors.values().forEach(SupervisorBooks::mayBeAborted);
    }

    void lostTrack() {
        lostTrack = true;
    }

    void take(Event event, Judge judge) {
        if (lostTrack) {
            return;
        }
        switch (event) {
            case SupervisorEvent of -> of(of.path()).take(of, judge);
            case AbandonedRunEnded late
            when !supervisors.containsKey(Described.parentOf(late.path())) -> {}
            case StackTaken evidence -> {}
            case ChildEvent of -> {
                of(Described.parentOf(of.path())).take(of, judge);
                if (of instanceof ChildStarted started && isSupervisor(started.path())) {
                    open(started.path());
                } else if (of instanceof ChildRemoved) {
                    supervisors.remove(of.path());
                }
            }
            case EventsDropped gap -> {}
        }
    }

    /** Of a child at its start. */
    private boolean isSupervisor(String path) {
        return supervisors.containsKey(path)
                || described.supervisor(path).isPresent()
                || (described.place(path).isEmpty() && others.apply(path).isPresent());
    }

    private SupervisorBooks of(String path) {
        SupervisorBooks books = supervisors.get(path);
        return books != null ? books : open(path);
    }

    /** Whether a child is down because of a request, as far as anybody knows. */
    boolean isDownByRequest(String path) {
        SupervisorBooks books = supervisors.get(Described.parentOf(path));
        return lostTrack || books == null || books.isDownByRequest(path);
    }

    /** Whether it was told that a child has ended, or failed, and does not come back. */
    boolean isDownForGood(String path) {
        SupervisorBooks books = supervisors.get(Described.parentOf(path));
        return lostTrack || books == null || books.isDownForGood(path);
    }

    /** What differs from a supervisor's own books; null if nothing does. */
    @Nullable
    String difference(String supervisor, List<ChildSnapshot> children) {
        return lostTrack ? null : of(supervisor).difference(children);
    }

    /** What is live by its events. */
    List<String> live() {
        List<String> live = new ArrayList<>();
        if (!lostTrack) {
            supervisors.values().forEach(books -> live.addAll(books.live()));
        }
        return live;
    }

    /** Of how many supervisors it has books: for tests. */
    int size() {
        return supervisors.size();
    }

    /** Begins anew with what the tree says itself, if events were lost. */
    void lookAt(Supervisor tree) {
        if (lostTrack) {
            supervisors.clear();
            lookAtOne(tree);
            lostTrack = false;
        }
    }

    private void lookAtOne(Supervisor supervisor) {
        SupervisorBooks books = open(supervisor.path());
        List<ChildSnapshot> children = supervisor.children();
        books.copy(children);
        for (ChildSnapshot child : children) {
            if (child.isSupervisor()) {
                supervisor.supervisor(child.path()).ifPresent(this::lookAtOne);
            }
        }
    }
}
