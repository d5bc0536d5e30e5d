package dev.oversight.schedule;

import dev.oversight.ChildBody;

import java.util.HashMap;
import java.util.Map;

/** Counts who is inside a body. All threads of a schedule are one, so nothing here is volatile. */
final class Bodies {
    private final Map<String, Integer> live = new HashMap<>();
    private int begun;

    ChildBody watch(ChildBody body) {
        return self -> {
            begun++;
            if (live.merge(self.path(), 1, Integer::sum) > 1) {
                throw new AssertionError(self.path() + " runs twice");
            }
            try {
                body.run(self);
            } finally {
                live.merge(self.path(), -1, Integer::sum);
            }
        };
    }

    /** So many bodies have begun. */
    int begun() {
        return begun;
    }

    void assertNoneLive() {
        if (live.values().stream().anyMatch(count -> count != 0)) {
            throw new AssertionError("still inside: " + live);
        }
    }
}
