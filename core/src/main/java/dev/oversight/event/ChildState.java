package dev.oversight.event;

/**
 * What a child is doing.
 *
 * <table>
 * <caption>Legal moves</caption>
 * <tr><th>from</th><th>to</th><th>on</th><th>event</th></tr>
 * <tr><td>NEW</td><td>STARTING</td><td>its turn; it declares readiness</td><td>ChildStarted</td></tr>
 * <tr><td>NEW</td><td>RUNNING</td><td>its turn</td><td>ChildStarted</td></tr>
 * <tr><td>NEW</td><td>STOPPED</td><td>terminated or given up before its turn</td><td>ChildDown</td></tr>
 * <tr><td>STARTING</td><td>RUNNING</td><td>ready</td><td>ChildReady</td></tr>
 * <tr><td>STARTING, RUNNING</td><td>STOPPING</td><td>asked to stop</td><td>ChildStopping</td></tr>
 * <tr><td>STARTING, RUNNING</td><td>RESTARTING</td><td>ended; restarted</td><td>ChildFailed, ChildCompleted</td></tr>
 * <tr><td>STARTING, RUNNING</td><td>STOPPED</td><td>ended for good</td><td>ChildFailed, ChildCompleted,
 *     ChildDeclined</td></tr>
 * <tr><td>STARTING, RUNNING</td><td>PARKED</td><td>failed too often</td><td>ChildFailed, ChildParked</td></tr>
 * <tr><td>STOPPING</td><td>PARKED</td><td>failed too often without ending</td><td>ChildStopped, ChildParked</td></tr>
 * <tr><td>STOPPING</td><td>STOPPED</td><td>ended</td><td>ChildStopped</td></tr>
 * <tr><td>STOPPING</td><td>RESTARTING</td><td>ended, and comes back</td><td>ChildStopped</td></tr>
 * <tr><td>STOPPING</td><td>ABANDONED</td><td>budget spent</td><td>ChildAbandoned</td></tr>
 * <tr><td>RESTARTING</td><td>STARTING, RUNNING</td><td>its turn</td><td>ChildStarted</td></tr>
 * <tr><td>RESTARTING</td><td>BACKING_OFF</td><td>a delay is due</td><td>ChildBackingOff</td></tr>
 * <tr><td>RESTARTING, BACKING_OFF</td><td>STOPPED</td><td>restart cancelled</td><td>ChildDown</td></tr>
 * <tr><td>BACKING_OFF</td><td>RESTARTING</td><td>delay over, or swept up by a sibling</td><td>none</td></tr>
 * <tr><td>STOPPED, PARKED</td><td>RESTARTING</td><td>restarted by request</td><td>none</td></tr>
 * <tr><td>ABANDONED</td><td>RESTARTING</td><td>comes back, or by request</td><td>none</td></tr>
 * <tr><td>ABANDONED</td><td>STOPPED</td><td>the abandoned run has ended</td><td>AbandonedRunEnded</td></tr>
 * </table>
 */
@SuppressWarnings("EnumOrdinal") // for the bits of the table, which nothing outlives
public enum ChildState {
    /** Known, not started yet: its turn comes. */
    NEW,
    /** Its thread runs; it has not said that it is ready. */
    STARTING,
    /** Up. */
    RUNNING,
    /** Asked to stop; its budget runs. */
    STOPPING,
    /** Down, and comes back as soon as it is its turn. */
    RESTARTING,
    /** Down, and comes back when its delay is over. */
    BACKING_OFF,
    /** Down for good: completed, failed for good, or terminated; see the last exit. */
    STOPPED,
    /** Down because it failed too often; stays down until it is restarted by request. */
    PARKED,
    /** Down for good, but its last run outlived its budget and still runs. */
    ABANDONED;

    /** The table above: for each state, a bit for each state it may move to. */
    private static final int[] MOVES = new int[values().length];

    static {
        NEW.mayMoveTo(STARTING, RUNNING, STOPPED);
        STARTING.mayMoveTo(RUNNING, STOPPING, RESTARTING, PARKED, STOPPED);
        RUNNING.mayMoveTo(STOPPING, RESTARTING, PARKED, STOPPED);
        STOPPING.mayMoveTo(STOPPED, RESTARTING, PARKED, ABANDONED);
        RESTARTING.mayMoveTo(STARTING, RUNNING, BACKING_OFF, STOPPED);
        BACKING_OFF.mayMoveTo(RESTARTING, STOPPED);
        STOPPED.mayMoveTo(RESTARTING);
        PARKED.mayMoveTo(RESTARTING);
        ABANDONED.mayMoveTo(RESTARTING, STOPPED);
    }

    private void mayMoveTo(ChildState... targets) {
        for (ChildState to : targets) {
            MOVES[ordinal()] |= 1 << to.ordinal();
        }
    }

    /** Whether the table above has that move. */
    public boolean canMoveTo(ChildState to) {
        return (MOVES[ordinal()] & 1 << to.ordinal()) != 0;
    }

    /** Whether a thread of the child runs for it: STARTING, RUNNING or STOPPING. */
    public boolean isLive() {
        return this == STARTING || this == RUNNING || this == STOPPING;
    }

    /** Whether it is down and stays down: STOPPED, PARKED or ABANDONED. */
    public boolean isAtRest() {
        return this == STOPPED || this == PARKED || this == ABANDONED;
    }
}
