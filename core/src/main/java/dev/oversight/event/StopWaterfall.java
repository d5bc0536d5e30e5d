package dev.oversight.event;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How the stop of a supervisor went, or goes: who was asked when, and how long each one took. A snapshot
 * got from {@link dev.oversight.Supervisor#stopWaterfall}. {@link #text} shows it:
 *
 * <pre>
 * stop of shop took 8s of at most 10s, 1 abandoned
 *              0                                     8s
 * mailer       ###############          |                3s of 5s
 * till                        #########################  5s
 *   till/pay                  ####                     | 800ms of 5s
 *   till/bank                           ##########X      2s of 2s, abandoned
 * 3 more took 2ms at most
 * (| is the end of a budget)
 * </pre>
 *
 * @param path the supervisor
 * @param beganNanos when it began to stop, as in {@link Event#atNanos}
 * @param took how long the whole stop took, or has taken so far
 * @param limit how long it might take as a whole; null if there was no limit
 * @param ended whether it is over
 * @param stops at most 64, those that are not over and those that took longest, in the order in which they
 *     were asked; nested supervisors are among them
 * @param more how many others there were, none of which took longer
 */
public record StopWaterfall(
        String path,
        long beganNanos,
        Duration took,
        @Nullable Duration limit,
        boolean ended,
        List<StopTime> stops,
        int more) {
    /** Copies the list. */
    public StopWaterfall {
        stops = List.copyOf(stops);
    }

    /** When it began to stop. */
    public Instant began() {
        return Instant.ofEpochSecond(0, beganNanos);
    }

    /** How many of the {@link #stops} were abandoned. */
    public int abandoned() {
        return (int) stops.stream().filter(StopTime::abandoned).count();
    }

    /** For people: one line for each child, with bars over a common time axis. Ends without a line break. */
    public String text() {
        return String.join("\n", lines());
    }

    /** The same line by line. */
    public List<String> lines() {
        return new WaterfallText(this).lines();
    }
}
