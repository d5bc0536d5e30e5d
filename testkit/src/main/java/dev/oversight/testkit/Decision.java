package dev.oversight.testkit;

import org.jspecify.annotations.Nullable;

/**
 * What {@link Chaos} has decided to do, by nothing but its seed and the description of the tree.
 *
 * @param number how many came before it in this round
 * @param atNanos when, after the round has begun
 * @param rule by which rule
 * @param request what is asked for; null if it is not a request
 * @param path whom it is about; null if that is drawn among those who run then
 * @param draw for what is drawn then
 */
record Decision(
        long number,
        long atNanos,
        ChaosRule.Paced rule,
        @Nullable Request request,
        @Nullable String path,
        long draw) {
    /** What can be asked of a supervisor. */
    enum Request {
        QUERY,
        TERMINATE,
        RESTART,
        ADD,
        ADD_SUPERVISOR,
        DELETE
    }

    String what() {
        String verb = switch (rule) {
            case ChaosRule.Kill kill -> "kill";
            case ChaosRule.Hang hang ->
                hang.time() == null ? "hang" : "hang for " + hang.time().toMillis() + "ms";
            case ChaosRule.Flood flood ->
                request == null
                        ? "ask"
                        : request.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        };
        return verb + " " + (path == null ? rule.pattern().text() : path);
    }

    @Override
    public String toString() {
        return Recording.offset(atNanos) + " " + what();
    }
}
