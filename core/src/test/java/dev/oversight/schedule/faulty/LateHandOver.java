package dev.oversight.schedule.faulty;

import java.util.ArrayList;
import java.util.List;

/** Hands a list to a thread that it has started already. */
public final class LateHandOver {
    private volatile boolean begun;
    private List<String> names = List.of();

    /** Gives the thread what it reads. */
    public void give() {
        begun = true;
        names = new ArrayList<>(List.of("a", "b"));
    }

    /** In the thread. */
    public int size() {
        return begun ? names.size() : 0;
    }
}
