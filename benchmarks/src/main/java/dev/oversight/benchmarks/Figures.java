package dev.oversight.benchmarks;

import dev.oversight.Supervisor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Takes every figure of {@code docs/benchmarks.md} in one run: floor and supervisor in turns, so that
 * both see the same noise, and medians of the rounds after warm-up. Prints one line for each metric.
 *
 * <pre>{@code
 * java -Xmx6g -cp benchmarks/target/benchmarks.jar dev.oversight.benchmarks.Figures [rounds]
 * java -Xmx2g -cp benchmarks/target/benchmarks.jar dev.oversight.benchmarks.Figures million
 * }</pre>
 */
public final class Figures {
    private static final Logger LOG =
            Logger.getLogger("dev.oversight"); // held, or its level is lost
    private static final int RESTARTS = 200_000;
    private static final int WARM_UP = 8;

    private Figures() {}

    /** Runs all, or the million. */
    public static void main(String[] args) throws InterruptedException {
        LOG.setLevel(Level.SEVERE); // as the peers', whose loggers are off
        if (args.length > 0 && args[0].equals("million")) {
            Workloads.million(1_000_000, 10_000);
            System.out.println("metric=million children=1000000 result=ok");
            return;
        }
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        crashRestart(rounds);
        crashToRunning(rounds);
        start(rounds);
        terminateDelete(rounds);
        others(rounds);
        System.out.printf("metric=bytes_per_child children=100000 oversight=%d unit=B%n", bytes());
    }

    private static long bytes() throws InterruptedException {
        Workloads.bytesPerChild(100_000);
        return Workloads.bytesPerChild(100_000);
    }

    private static void crashRestart(int rounds) throws InterruptedException {
        List<Double> alone = new ArrayList<>();
        List<Double> crowded = new ArrayList<>();
        List<Double> rate = new ArrayList<>();
        List<Double> floorRate = new ArrayList<>();
        try (Supervisor few = Supervisor.start(Workloads.neverGivesUp());
                Supervisor many =
                        Supervisor.start(Workloads.idle(Workloads.neverGivesUp(), 100_000))) {
            for (int i = 0; i < WARM_UP + rounds; i++) {
                double floor = Floor.chain(RESTARTS);
                double own = Workloads.crashRestart(few, RESTARTS);
                double withSiblings = Workloads.crashRestart(many, RESTARTS);
                if (i >= WARM_UP) {
                    alone.add(floor / own);
                    crowded.add(own / withSiblings);
                    rate.add(RESTARTS * 1e9 / own);
                    floorRate.add(RESTARTS * 1e9 / floor);
                }
            }
        }
        System.out.printf(
                "metric=crash_restart siblings=0 oversight=%.0f floor=%.0f unit=1/s ratio_to_floor=%.2f%n",
                median(rate), median(floorRate), median(alone));
        System.out.printf(
                "metric=crash_restart siblings=100000 ratio_to_none=%.2f%n", median(crowded));
    }

    private static void crashToRunning(int rounds) throws InterruptedException {
        List<Double> ratios = new ArrayList<>();
        List<Double> p50 = new ArrayList<>();
        List<Double> p99 = new ArrayList<>();
        try (Supervisor few = Supervisor.start(Workloads.idle(Workloads.neverGivesUp(), 10));
                Supervisor many =
                        Supervisor.start(Workloads.idle(Workloads.neverGivesUp(), 100_000))) {
            for (int i = 0; i < WARM_UP + rounds; i++) {
                long[] ten = Workloads.crashToRunning(few, 20_000);
                long[] crowd = Workloads.crashToRunning(many, 20_000);
                if (i >= WARM_UP) {
                    p50.add(ten[ten.length / 2] / 1e3);
                    p99.add(ten[ten.length * 99 / 100] / 1e3);
                    ratios.add((double) crowd[crowd.length / 2] / ten[ten.length / 2]);
                }
            }
        }
        System.out.printf(
                "metric=crash_to_running siblings=10 p50=%.2f p99=%.2f unit=us p50_at_100000_to_10=%.2f%n",
                median(p50), median(p99), median(ratios));
    }

    private static void start(int rounds) throws InterruptedException {
        List<Double> added = new ArrayList<>();
        List<Double> addedByVirtual = new ArrayList<>();
        List<Double> described = new ArrayList<>();
        for (int i = 0; i < WARM_UP + rounds; i++) {
            try (Supervisor tree = Supervisor.start(Workloads.neverGivesUp())) {
                double nanos = Workloads.start(tree, 100_000);
                if (i >= WARM_UP) {
                    added.add(1e14 / nanos);
                }
            }
            try (Supervisor tree = Supervisor.start(Workloads.neverGivesUp())) {
                double nanos = Workloads.startFromVirtualThread(tree, 100_000);
                if (i >= WARM_UP) {
                    addedByVirtual.add(1e14 / nanos);
                }
            }
            double nanos = Workloads.startSpec(100_000);
            if (i >= WARM_UP) {
                described.add(1e14 / nanos);
            }
        }
        System.out.printf(
                "metric=start children=100000 from_spec=%.0f one_by_one=%.0f one_by_one_by_a_platform_thread=%.0f"
                        + " unit=1/s%n",
                median(described), median(addedByVirtual), median(added));
    }

    private static void terminateDelete(int rounds) throws InterruptedException {
        List<Double> few = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < WARM_UP + rounds; i++) {
            try (Supervisor ten =
                            Supervisor.start(Workloads.idle(Workloads.neverGivesUp(), 10_000));
                    Supervisor hundred =
                            Supervisor.start(Workloads.idle(Workloads.neverGivesUp(), 100_000))) {
                double small = Workloads.terminateDelete(ten, 0, 5_000);
                double large = Workloads.terminateDelete(hundred, 0, 5_000);
                if (i >= WARM_UP) {
                    few.add(1e9 / small);
                    ratios.add(large / small);
                }
            }
        }
        System.out.printf(
                "metric=terminate_delete children=10000 oversight=%.0f unit=1/s cost_at_100000_to_10000=%.2f%n",
                median(few), median(ratios));
    }

    private static void others(int rounds) throws InterruptedException {
        List<Double> mass = new ArrayList<>();
        List<Double> group = new ArrayList<>();
        List<Double> stop = new ArrayList<>();
        List<Double> query = new ArrayList<>();
        for (int i = 0; i < WARM_UP + rounds; i++) {
            mass.add(1e14 / Workloads.massCrash(100_000));
            group.add(Workloads.oneForAll(1_000) / 1e6);
            stop.add(Workloads.stop(100_000) / 1e6);
            long[] nanos = Workloads.queryWhileAStopHangs(500);
            query.add(nanos[nanos.length * 99 / 100] / 1e6);
        }
        System.out.printf(
                "metric=mass_crash children=100000 oversight=%.0f unit=1/s%n", median(late(mass)));
        System.out.printf(
                "metric=one_for_all_ms children=1000 oversight=%.2f unit=ms%n",
                median(late(group)));
        System.out.printf(
                "metric=stop_ms children=100000 oversight=%.0f unit=ms%n", median(late(stop)));
        System.out.printf(
                "metric=query_p99_ms children=10000 oversight=%.2f unit=ms%n", median(late(query)));
    }

    private static List<Double> late(List<Double> all) {
        return all.subList(WARM_UP, all.size());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
