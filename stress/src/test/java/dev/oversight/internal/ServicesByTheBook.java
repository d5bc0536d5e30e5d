package dev.oversight.internal;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the registry promises, written for one thread. */
public class ServicesByTheBook {
    private final boolean[] over = new boolean[ServicesLincheckTest.RUNS];
    private final Map<Integer, Integer> shared = new LinkedHashMap<>();
    private int holder = -1;
    private int held;

    public String publish(int run, int value) {
        if (over[run]) {
            return "over";
        }
        if (holder >= 0 && holder != run) {
            return "taken";
        }
        holder = run;
        held = run * 10 + value;
        return "done";
    }

    public String share(int run, int value) {
        if (over[run]) {
            return "over";
        }
        shared.put(run, run * 10 + value); // who had published before keeps its place
        return "done";
    }

    public boolean withdraw(int run) {
        if (holder != run) {
            return false;
        }
        holder = -1;
        return true;
    }

    public boolean withdrawShared(int run) {
        return shared.remove(run) != null;
    }

    public void end(int run) {
        over[run] = true;
        withdraw(run);
        shared.remove(run);
    }

    public int find() {
        return holder < 0 ? 0 : held;
    }

    public int findShared() {
        return shared.values().stream().findFirst().orElse(0);
    }
}
