package dev.oversight;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A child made no {@link ChildContext#heartbeat()} within the limit of its spec. Its stack is where the
 * child's thread was when it was suspected, not where this exception was made; its message names the
 * innermost frame outside the JDK.
 */
public final class HeartbeatMissedException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public HeartbeatMissedException(
            String path, Duration limit, Duration silence, List<StackTraceElement> stack) {
        super(
                path,
                path + " made no heartbeat for "
                        + Durations.text(silence.truncatedTo(ChronoUnit.MILLIS))
                        + ", and is to make one every " + Durations.text(limit) + place(stack)
                        + "; call self.heartbeat() where work goes on, or raise heartbeatWithin",
                null);
        if (!stack.isEmpty()) {
            setStackTrace(stack.toArray(new StackTraceElement[0]));
        }
    }

    private static String place(List<StackTraceElement> stack) {
        return stack.stream()
                .filter(frame -> !isOfTheJdk(frame.getModuleName()))
                .findFirst()
                .or(() -> stack.stream().findFirst())
                .map(frame -> "; it was at " + frame)
                .orElse("");
    }

    private static boolean isOfTheJdk(@Nullable String module) {
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }
}
