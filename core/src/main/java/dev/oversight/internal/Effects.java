package dev.oversight.internal;

import dev.oversight.Outcome;
import dev.oversight.event.Event;

/** What a supervisor's state wants done. Called inside its loop: none of it may block. */
interface Effects {
    /**
     * Starts an incarnation; what becomes of it comes back as inputs.
     *
     * @param awaited somebody waits for its start, so it is to be known on return whether it {@linkplain
     *     Run#notStarted failed}; otherwise starting may wait until the loop is left
     */
    Run launch(Child child, long incarnation, boolean awaited);

    /**
     * Asks a run to stop. A nested supervisor may be asked again, with less time.
     *
     * @param byNanos when it is no longer waited for; {@link Long#MAX_VALUE} if that is unlimited
     */
    void signal(Run run, long byNanos);

    /** Lets go of a run that did not: it may no longer act. */
    void abandon(Run run);

    /** Wants an {@link Input.Evidence} of where a run is. */
    void takeStack(Run run);

    /**
     * A run that was let go of has ended after all. If the supervisor has ended before it, those above
     * still count it: they are to hear of it, too.
     */
    void released(Run run);

    /** The same of a run somewhere below, which a nested supervisor had left behind. */
    void releasedBelow();

    /** The newest run of a child of that path that was let go of and goes on; 0 if there is none. */
    long lastIncarnation(String path);

    /** Tells a nested supervisor to end at once, whatever is still running below it. */
    void abort(Run run);

    /** Wants a {@link Input.Woke} at that time. Replaces an earlier wish that was for later. */
    void wakeAt(long nanos);

    /** Wants a {@link Input.GoOn} behind whatever is queued by now. */
    void goOn();

    /** Tells a fact. */
    void publish(Event event);

    /** All children of the spec are up. */
    void started();

    /** The supervisor has ended. Only late ends and queries follow. */
    void ended(Outcome outcome, SlowestStops slowest);
}
