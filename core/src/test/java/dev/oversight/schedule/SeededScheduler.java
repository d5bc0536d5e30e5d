package dev.oversight.schedule;

import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;
import dev.oversight.spi.TimeSource;
import dev.oversight.spi.Timers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Runs virtual threads one at a time, all on the thread that calls {@link #run}. Which of those that can
 * go on is next, where it is held up for another one, and when time passes, follows from a seed alone.
 */
final class SeededScheduler implements Threads, TimeSource, Timers {
    private static final int MOST_STEPS = 200_000;

    /** Data races are looked for in one of so many seeds, as it takes as long again as to play. */
    private static final int SEEDS_PER_SEARCH = 2;

    private static final int[] POINTS_PER_SWITCH = {2, 5, 12, 40};

    /** Of the choices who is next, so many let time pass instead, while anything is due. */
    private static final int CHOICES_PER_ALARM = 40;

    private record Step(String name, Thread thread, Runnable continuation) {}

    /** What had happened when it was asked for happens before it. */
    private record Due(long atNanos, long order, Runnable task, VectorClock asked) {}

    /** Lets a thread take turns. */
    private final class Turns implements Executor {
        private final String name;
        private Thread thread;
        private boolean started;

        private Turns(String name) {
            this.name =
                    name.replaceAll("-\\d+", ""); // tasks are numbered on from the last schedule
        }

        @Override
        public void execute(Runnable continuation) {
            if (!started) {
                started = true;
                races.starts(thread);
            }
            arrived.add(new Step(name, thread, continuation));
        }
    }

    private final SplittableRandom random;
    private final int pointsPerSwitch;
    private final boolean looksForRaces;

    /** From the threads, and from the JDK's own timer should one of its waits run out. */
    private final Queue<Step> arrived = new ConcurrentLinkedQueue<>();

    private final List<Step> ready = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final PriorityQueue<Due> alarms = new PriorityQueue<>(
            Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::order));
    private final List<String> schedule = new ArrayList<>();
    private final RaceDetector races = new RaceDetector();

    private long nowNanos;
    private long asked;
    private boolean timePassesAtAnyTime;
    private Thread settling;
    private Throwable failure;

    SeededScheduler(long seed) {
        this.random = new SplittableRandom(seed);
        this.looksForRaces = seed % SEEDS_PER_SEARCH == 0;
        this.pointsPerSwitch = POINTS_PER_SWITCH[random.nextInt(POINTS_PER_SWITCH.length)];
    }

    // ------------------------------------------------------------------ for the scene

    Platform platform() {
        return new Platform(this, this, this);
    }

    /** From now on an alarm may go off although others could go on: as if they were slow. */
    void letTimePassAtAnyTime() {
        timePassesAtAnyTime = true;
    }

    /** A choice that is part of the schedule. */
    int choose(int bound) {
        return random.nextInt(bound);
    }

    /** Starts a thread of the scene; what it throws fails the schedule. */
    Thread start(String name, Scene.Body body) {
        Thread thread = unstarted(name, () -> {
            try {
                body.run();
            } catch (Throwable thrown) {
                failure = failure == null ? thrown : failure;
            }
        });
        thread.start();
        return thread;
    }

    /** Waits until nobody else can go on, except by an alarm. In a thread of the scene. */
    void settle() {
        settling = Thread.currentThread();
        boolean interrupted = false;
        while (settling != null) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whose turn it is follows from the seed. */
    @Override
    public void rest() {}

    @Override
    public Thread unstarted(String name, Runnable body) {
        Turns turns = new Turns(name);
        Thread thread = OwnVirtualThreads.unstarted(turns, name, body);
        turns.thread = thread;
        threads.add(thread);
        return thread;
    }

    @Override
    public long nanos() {
        return nowNanos;
    }

    @Override
    public Alarm after(long delayNanos, Runnable task) {
        Due due = new Due(nowNanos + delayNanos, asked++, task, races.soFar());
        alarms.add(due);
        return () -> alarms.remove(due);
    }

    // ------------------------------------------------------------------ the schedule

    /** Whether the running thread is held up at this point. */
    boolean switchesHere() {
        return random.nextInt(pointsPerSwitch) == 0;
    }

    /** Notes where the running thread is held up: the schedule goes on with another one, or with it. */
    void heldUp(StackTraceElement place) {
        int last = schedule.size() - 1;
        schedule.set(last, schedule.get(last) + " until " + place);
    }

    /** Runs a scene to its end and returns the schedule, step by step. Throws what went wrong in it. */
    List<String> run(Scene scene) {
        start("scene", () -> scene.play(this));
        Preemption.use(this);
        Accesses.use(looksForRaces ? races : null);
        try {
            int steps = 0;
            while (goOn()) {
                if (++steps > MOST_STEPS) {
                    throw new AssertionError("no end after " + steps + " steps" + alive());
                }
            }
        } catch (Throwable defect) {
            failure = failure == null ? defect : failure;
        } finally {
            Preemption.use(null);
            Accesses.use(null);
        }
        if (failure == null && !races.races().isEmpty()) {
            failure = new AssertionError(String.join("\n", races.races()));
        }
        if (failure != null) {
            throw new IllegalStateException("the schedule was" + text(), failure);
        }
        return schedule;
    }

    private String text() {
        return schedule.stream().map(step -> "\n      " + step).collect(Collectors.joining());
    }

    /** One step; false if all have ended. */
    private boolean goOn() {
        for (Step step = arrived.poll(); step != null; step = arrived.poll()) {
            ready.add(step);
        }
        boolean timeMayPass = timePassesAtAnyTime && !alarms.isEmpty();
        if (ready.isEmpty() || timeMayPass && random.nextInt(CHOICES_PER_ALARM) == 0) {
            return goOnInTime();
        }
        Step next = ready.remove(random.nextInt(ready.size()));
        schedule.add(next.name);
        races.isTurnOf(next.thread);
        next.continuation.run();
        races.isTurnOf(null);
        return true;
    }

    private boolean goOnInTime() {
        if (ready.isEmpty() && settling != null) {
            Thread settled = settling;
            settling = null;
            LockSupport.unpark(settled);
            return true;
        }
        Due due = alarms.poll();
        if (due != null) {
            nowNanos = Math.max(nowNanos, due.atNanos);
            Thread alarm = unstarted("alarm", due.task);
            races.follows(alarm, due.asked);
            alarm.start();
            return true;
        }
        if (failure == null && threads.stream().anyMatch(Thread::isAlive)) {
            throw new AssertionError("nobody can go on" + alive());
        }
        return false;
    }

    private String alive() {
        return threads.stream()
                .filter(Thread::isAlive)
                .map(SeededScheduler::stack)
                .collect(Collectors.joining());
    }

    private static String stack(Thread thread) {
        return "\n" + thread.getName() + " is " + thread.getState()
                + List.of(thread.getStackTrace()).stream()
                        .limit(16)
                        .map(frame -> "\n    at " + frame)
                        .collect(Collectors.joining());
    }
}
