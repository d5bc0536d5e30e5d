package dev.oversight.schedule;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Plays each scene with so many seeds, in a JVM of its own, and writes a line for each: its name, how many
 * schedules were played, how many of them were different, how many were not the same when they were played
 * again, how many failed. Of the first that failed, the seed, the schedule and what went wrong.
 */
public final class ScheduleMain {
    /** How many schedules of each scene; by default 300. */
    public static final String SCHEDULES = "oversight.schedules";

    /** The seed of the first; those after it count up. */
    public static final String SEED = "oversight.seed";

    /** The one scene that is played; by default all are. */
    public static final String SCENE = "oversight.scene";

    /** What is written if the JDK does not have what this needs. */
    public static final String UNABLE =
            "this JDK has no virtual threads on a scheduler of one's own";

    private static final int PLAYED_AGAIN = 10;

    private final BiFunction<String, Long, List<String>> schedules = schedules();
    private final BiFunction<String, Long, List<String>> again = schedules();

    private ScheduleMain() throws ReflectiveOperationException {}

    /** See the class. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        if (!OwnVirtualThreads.exist()) {
            System.out.println(UNABLE);
            return;
        }
        ScheduleMain main = new ScheduleMain();
        String one = System.getProperty(SCENE);
        (one == null ? Schedules.names() : List.of(one)).forEach(main::play);
    }

    /** That class as a preemptive loader sees it. */
    @SuppressWarnings("unchecked")
    private static BiFunction<String, Long, List<String>> schedules()
            throws ReflectiveOperationException {
        return (BiFunction<String, Long, List<String>>) new PreemptiveLoader()
                .loadClass(Schedules.class.getName())
                .getDeclaredConstructor()
                .newInstance();
    }

    private void play(String scene) {
        long count = Long.getLong(SCHEDULES, 300);
        long firstSeed = Long.getLong(SEED, 1);
        Set<List<String>> different = new HashSet<>();
        int unequal = 0;
        int failed = 0;
        String first = "";
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            try {
                List<String> schedule = schedules.apply(scene, seed);
                different.add(schedule);
                if (seed < firstSeed + PLAYED_AGAIN && !again.apply(scene, seed).equals(schedule)) {
                    unequal++;
                }
            } catch (RuntimeException failure) {
                first = failed++ == 0 ? report(seed, failure) : first;
            }
        }
        System.out.println(
                scene + ' ' + count + ' ' + different.size() + ' ' + unequal + ' ' + failed);
        System.out.print(first);
    }

    private static String report(long seed, RuntimeException failure) {
        StringBuilder text = new StringBuilder("  seed " + seed + ": " + failure.getMessage());
        for (Throwable at = failure.getCause(); at != null; at = at.getCause()) {
            text.append("\n  ").append(at.toString().strip().replace("\n", "\n  "));
            for (StackTraceElement frame : at.getStackTrace()) {
                text.append("\n      at ").append(frame);
            }
        }
        return text.append('\n').toString();
    }
}
