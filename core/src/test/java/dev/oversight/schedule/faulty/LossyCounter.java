package dev.oversight.schedule.faulty;

/** Loses counts when two threads count at the same time. */
public final class LossyCounter {
    private volatile int count;

    /** Adds one, most of the time. */
    public void count() {
        int before = count;
        count = before + 1;
    }

    /** What is left. */
    public int counted() {
        return count;
    }
}
