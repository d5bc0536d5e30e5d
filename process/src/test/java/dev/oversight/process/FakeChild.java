package dev.oversight.process;

import dev.oversight.AbandonedException;
import dev.oversight.ChildContext;
import dev.oversight.ChildRef;
import dev.oversight.Supervisor;
import dev.oversight.service.Hold;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A child without a supervisor: runs a process in a virtual thread, and is stopped by hand. */
final class FakeChild implements ChildContext, AutoCloseable {
    private static final Supervisor NONE = (Supervisor) Proxy.newProxyInstance(
            Supervisor.class.getClassLoader(), new Class<?>[] {Supervisor.class}, (p, m, a) -> {
                throw new UnsupportedOperationException("a fake has no supervisor");
            });

    final Queue<ProcessLine> lines = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final List<Runnable> hooks = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean running = true;
    private volatile boolean abandoned;

    /** Known when it has ended. */
    volatile boolean interruptedAtTheEnd;

    private FakeChild(ProcessSpec spec, Tools tools) {
        ProcessSpec collected = spec.output(line -> {
            lines.add(line);
            spec.output().line(line);
        });
        thread = Thread.ofVirtual().name("root/fake").unstarted(() -> {
            Throwable thrown = null;
            try {
                new ProcessBody(collected, tools).run(this);
            } catch (Throwable e) {
                thrown = e;
            }
            interruptedAtTheEnd = Thread.currentThread().isInterrupted();
            end.complete(thrown);
        });
    }

    static FakeChild run(ProcessSpec spec) {
        return run(spec, Tools.system());
    }

    static FakeChild run(ProcessSpec spec, Tools tools) {
        FakeChild child = new FakeChild(spec, tools);
        child.thread.start();
        return child;
    }

    /** {@code sh -c script} with its lines dropped, but for those collected here. */
    static ProcessSpec sh(String script) {
        return ProcessSpec.of("sh", "-c", script).output(ProcessOutput.none());
    }

    /** As the engine does: the flag, the hooks, the interrupt. */
    FakeChild stop() {
        askWithoutInterrupt();
        thread.interrupt();
        return this;
    }

    FakeChild askWithoutInterrupt() {
        running = false;
        hooks.forEach(Runnable::run);
        return this;
    }

    void interruptUnasked() {
        thread.interrupt();
    }

    void abandon() {
        abandoned = true;
    }

    /** Waits for the end of the body; null if it returned. */
    @Nullable
    Throwable end() {
        try {
            return end.get(20, TimeUnit.SECONDS);
        } catch (TimeoutException | InterruptedException | ExecutionException e) {
            throw new AssertionError("the body did not end", e);
        }
    }

    boolean ended() {
        return end.isDone();
    }

    boolean isReady() {
        return ready.isDone();
    }

    Stream<String> texts(boolean stderr) {
        return lines.stream().filter(line -> line.stderr() == stderr).map(ProcessLine::text);
    }

    /** Waits for a line of standard output that starts so, and gives the pid after it. */
    long pid(String start) {
        Await.until(
                "a line \"" + start + "\" in " + lines,
                () -> texts(false).anyMatch(t -> t.startsWith(start)));
        return Long.parseLong(texts(false)
                .filter(text -> text.startsWith(start))
                .findFirst()
                .orElseThrow()
                .substring(start.length())
                .strip());
    }

    static boolean lives(long pid) {
        return Proc.all().stream().anyMatch(proc -> proc.pid() == pid);
    }

    @Override
    public void close() {
        if (!ended()) {
            abandon();
            stop();
            end();
        }
    }

    @Override
    public String id() {
        return "fake";
    }

    @Override
    public String path() {
        return "root/fake";
    }

    @Override
    public long incarnation() {
        return 7;
    }

    @Override
    public boolean running() {
        return running;
    }

    @Override
    public void ready() {
        ready.complete(true);
    }

    @Override
    public void onStop(Runnable hook) {
        if (running) {
            hooks.add(hook);
        } else {
            hook.run();
        }
    }

    @Override
    public void awaitStop() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitStop(Duration limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void heartbeat() {}

    @Override
    public void decline() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void link(ChildRef other) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ChildRef ref() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Supervisor supervisor() {
        if (abandoned) {
            throw new AbandonedException(path(), incarnation());
        }
        return NONE;
    }

    @Override
    public <T> void publish(ServiceKey<T> key, T service) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean withdraw(ServiceKey<?> key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> ServiceRef<T> service(ServiceKey<T> key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Hold lock(String name, Duration limit) {
        throw new UnsupportedOperationException();
    }
}
