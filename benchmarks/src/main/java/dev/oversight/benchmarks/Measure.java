package dev.oversight.benchmarks;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The process of one peer on the JVM: does the tasks it is given and prints a line {@code metric
 * siblings value} for each figure, {@code -} as the value where the peer has no such thing.
 *
 * <p>Ours is measured in turns with the floor, and with itself at the metric's base number of children,
 * in this very JVM: such ratios hold on a machine whose speed does not. They are printed as {@code
 * metric.floor}, {@code metric.ratio_to_floor} and {@code metric.ratio_to_own}.
 */
public final class Measure {
    private static final int HUNG = 3;

    private final Pace pace;

    private Measure(Pace pace) {
        this.pace = pace;
    }

    /** Takes the peer's name, {@code quick} or {@code full}, a limit in seconds, and tasks. */
    public static void main(String[] args) throws InterruptedException {
        boolean quick = args[1].equals("quick");
        endAfter(Duration.ofSeconds(Long.parseLong(args[2])));
        Thread work = Thread.ofVirtual().unstarted(() -> {
            try (Peer peer = peer(args[0])) {
                System.out.printf(
                        "# %s: Java %s, %d processors%n",
                        args[0], Runtime.version(), Runtime.getRuntime().availableProcessors());
                for (int i = 3; i < args.length; i++) {
                    Pace pace = !quick ? Pace.FULL : i == 3 ? Pace.QUICK_FIRST : Pace.QUICK;
                    new Measure(pace).measure(peer, Task.parse(args[i], quick));
                }
                System.exit(0);
            } catch (Throwable failure) {
                failure.printStackTrace();
                System.exit(1);
            }
        });
        work.start();
        work.join();
    }

    /** Nobody has to look after this process: it ends by itself even if whoever started it is gone. */
    private static void endAfter(Duration limit) {
        Thread.ofPlatform().daemon().name("limit").start(() -> {
            try {
                Thread.sleep(limit);
            } catch (InterruptedException unwanted) {
                // nobody has a reason to
            }
            Runtime.getRuntime().halt(HUNG);
        });
    }

    private static Peer peer(String name) {
        return switch (name) {
            case "oversight" -> new OversightPeer();
            case "pekko" -> new PekkoPeer();
            case "guava" -> new GuavaPeer();
            default -> throw new IllegalArgumentException("no peer " + name);
        };
    }

    private void measure(Peer peer, Task task) throws Exception {
        boolean ours = peer instanceof OversightPeer;
        boolean atBase = task.siblings() == task.metric().base();
        Task base = task.at(task.metric().base());
        Figures figures = new Figures(task);
        try (Peer.Work own = peer.open(task);
                Peer.Work floor = ours ? new Floor().open(task) : null;
                Peer.Work small = ours && !atBase ? peer.open(base) : null) {
            if (own == null) {
                figures.none();
                return;
            }
            repeat(() -> figures.add(
                    own.once(),
                    floor == null ? null : floor.once(),
                    small == null ? null : small.once()));
        }
        figures.print();
    }

    @FunctionalInterface
    private interface Round {
        Runnable once() throws Exception;
    }

    private void repeat(Round round) throws Exception {
        long begin = System.nanoTime();
        for (int i = 0; pace.isWarmingUp(i, System.nanoTime() - begin); i++) {
            round.once();
        }
        begin = System.nanoTime();
        for (int i = 0; pace.isMeasuring(i, System.nanoTime() - begin); i++) {
            round.once().run();
        }
    }

    /**
     * How long a task is repeated: rounds that warm up, by number and by time, and rounds that count.
     * Both are cut short if a round takes long.
     */
    private enum Pace {
        /** Nothing is compiled yet, neither the engine nor what measures it. */
        QUICK_FIRST(3, Duration.ofMillis(2_500), 5, Duration.ofMillis(700)),
        QUICK(3, Duration.ofMillis(300), 5, Duration.ofMillis(500)),
        FULL(5, Duration.ofMillis(1_500), 9, Duration.ofMillis(2_500));

        private final int warmUps;
        private final long warmUpNanos;
        private final int rounds;
        private final long roundsNanos;

        Pace(int warmUps, Duration warmUp, int rounds, Duration all) {
            this.warmUps = warmUps;
            this.warmUpNanos = warmUp.toNanos();
            this.rounds = rounds;
            this.roundsNanos = all.toNanos();
        }

        boolean isWarmingUp(int done, long nanos) {
            return nanos < warmUpNanos || (done < warmUps && nanos < 2 * warmUpNanos);
        }

        boolean isMeasuring(int done, long nanos) {
            return done == 0 || (done < rounds && nanos < roundsNanos);
        }
    }

    /** The figures of one task, round by round. */
    private static final class Figures {
        private final Task task;
        private final List<double[]> own = new ArrayList<>();
        private final List<double @Nullable []> floor = new ArrayList<>();
        private final List<double @Nullable []> small = new ArrayList<>();

        Figures(Task task) {
            this.task = task;
        }

        Runnable add(
                double[] ownFigures,
                double @Nullable [] floorFigures,
                double @Nullable [] smallFigures) {
            return () -> {
                own.add(ownFigures);
                floor.add(floorFigures);
                small.add(smallFigures);
            };
        }

        void none() {
            for (String name : task.metric().names()) {
                System.out.println(name + " " + task.siblings() + " -");
            }
        }

        void print() {
            for (int i = 0; i < task.metric().names().size(); i++) {
                int index = i;
                line(i, "", own.stream().map(figures -> figures[index]).toList());
                line(i, ".floor", ratios(i, floor, false));
                line(i, ".ratio_to_floor", ratios(i, floor, true));
                line(i, ".ratio_to_own", ratios(i, small, true));
            }
        }

        /** The others' figures, or ours divided by theirs; none if there is no other. */
        private List<Double> ratios(int index, List<double @Nullable []> others, boolean divide) {
            List<Double> all = new ArrayList<>();
            for (int round = 0; round < own.size(); round++) {
                double[] other = others.get(round);
                if (other != null) {
                    all.add(divide ? own.get(round)[index] / other[index] : other[index]);
                }
            }
            return all;
        }

        private void line(int index, String suffix, List<Double> values) {
            if (!values.isEmpty()) {
                System.out.printf(
                        Locale.ROOT,
                        "%s%s %d %.6f%n",
                        task.metric().names().get(index),
                        suffix,
                        task.siblings(),
                        Spread.of(values).median());
            }
        }
    }
}
