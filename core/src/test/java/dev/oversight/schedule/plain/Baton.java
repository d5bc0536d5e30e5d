package dev.oversight.schedule.plain;

/** A number that nothing but the library's own order makes safe for use by two threads. */
public final class Baton {
    private int number;

    /** One more. */
    public void pass() {
        number++;
    }

    /** So often has it been passed. */
    public int number() {
        return number;
    }
}
