package dev.oversight.benchmarks;

import com.google.common.util.concurrent.AbstractExecutionThreadService;
import com.google.common.util.concurrent.Service;
import com.google.common.util.concurrent.ServiceManager;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Guava's {@link ServiceManager} of services that each have a virtual thread. It restarts nothing, has
 * no order, and its services are fixed when it is made: all start at once and stop at once.
 */
final class GuavaPeer implements Peer {
    private static final Logger LOG = Logger.getLogger("com.google.common.util.concurrent");
    private static final Duration LIMIT = Duration.ofMinutes(1);

    GuavaPeer() {
        LOG.setLevel(Level.SEVERE);
    }

    @Override
    public @Nullable Work open(Task task) throws Exception {
        int size = task.siblings();
        return switch (task.metric()) {
            case START_FROM_SPEC -> () -> Peer.perSecond(size, start(size));
            case BYTES_PER_CHILD -> () -> new double[] {bytesPerChild(size)};
            case STOP -> () -> Peer.millis(stop(size));
            case QUERY -> queryWhileAStopHangs(size, task.scaled(2_000));
            case CRASH_RESTART,
                    CRASH_TO_RUNNING,
                    MASS_CRASH,
                    START,
                    START_FROM_PLATFORM_THREAD,
                    TERMINATE_DELETE,
                    ONE_FOR_ALL -> null;
        };
    }

    /** Does nothing until it is to end. */
    private static final class Idle extends AbstractExecutionThreadService {
        private final CountDownLatch stop = new CountDownLatch(1);
        private final CountDownLatch up;

        Idle(CountDownLatch up) {
            this.up = up;
        }

        @Override
        protected Executor executor() {
            return Thread::startVirtualThread;
        }

        @Override
        protected void run() throws InterruptedException {
            up.countDown();
            stop.await();
        }

        @Override
        protected void triggerShutdown() {
            stop.countDown();
        }
    }

    private static List<Service> idle(int count, CountDownLatch up) {
        List<Service> services = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            services.add(new Idle(up));
        }
        return services;
    }

    private static ServiceManager running(List<Service> services) throws Exception {
        ServiceManager manager = new ServiceManager(services);
        manager.startAsync().awaitHealthy(LIMIT);
        return manager;
    }

    private static void end(ServiceManager manager) throws Exception {
        manager.stopAsync().awaitStopped(LIMIT);
    }

    private static long start(int count) throws Exception {
        CountDownLatch up = new CountDownLatch(count);
        List<Service> services = idle(count, up);
        long begin = System.nanoTime();
        ServiceManager manager = running(services);
        up.await();
        long nanos = System.nanoTime() - begin;
        end(manager);
        return nanos;
    }

    private static double bytesPerChild(int count) throws Exception {
        long before = Peer.usedHeap();
        ServiceManager manager = running(idle(count, new CountDownLatch(count)));
        double bytes = (double) (Peer.usedHeap() - before) / count;
        end(manager);
        return bytes;
    }

    private static long stop(int count) throws Exception {
        ServiceManager manager = running(idle(count, new CountDownLatch(count)));
        long begin = System.nanoTime();
        end(manager);
        return System.nanoTime() - begin;
    }

    private static Work queryWhileAStopHangs(int count, int queries) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<Service> services = idle(count - 1, new CountDownLatch(count));
        Service deaf = new AbstractExecutionThreadService() {
            @Override
            protected Executor executor() {
                return Thread::startVirtualThread;
            }

            @Override
            protected void run() throws InterruptedException {
                release.await();
            }
        };
        services.add(deaf);
        ServiceManager manager = running(services);
        deaf.stopAsync();
        return new Work() {
            @Override
            public double[] once() throws Exception {
                return Peer.p99OfListings(
                        queries, count, () -> manager.servicesByState().size());
            }

            @Override
            public void close() throws Exception {
                release.countDown();
                end(manager);
            }
        };
    }
}
