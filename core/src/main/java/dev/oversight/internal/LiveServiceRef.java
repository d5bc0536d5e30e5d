package dev.oversight.internal;

import dev.oversight.Outcome;
import dev.oversight.OversightException;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildState;
import dev.oversight.service.ServiceCall;
import dev.oversight.service.ServiceEntry;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;
import dev.oversight.service.ServiceUnavailableException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** A key and where to look it up. Keeps nothing of what it has led to. */
final class LiveServiceRef<T> implements ServiceRef<T> {
    private final Services services;
    private final ServiceKey<T> key;

    LiveServiceRef(Services services, ServiceKey<T> key) {
        this.services = services;
        this.key = Objects.requireNonNull(key, "key");
    }

    @Override
    public ServiceKey<T> key() {
        return key;
    }

    @Override
    public Optional<T> find() {
        Services.Entry entry = services.find(key);
        return entry == null ? Optional.empty() : Optional.of(service(entry));
    }

    @Override
    public T get() {
        return service(live());
    }

    private Services.Entry live() {
        Services.Entry entry = services.find(key);
        if (entry == null) {
            throw unavailable("is not available", null);
        }
        return entry;
    }

    private T service(Services.Entry entry) {
        return key.type().cast(entry.service());
    }

    @Override
    public List<T> all() {
        List<T> result = new ArrayList<>();
        for (Services.Entry entry : services.all(key)) {
            result.add(service(entry));
        }
        return result;
    }

    @Override
    public List<ServiceEntry<T>> entries() {
        List<ServiceEntry<T>> result = new ArrayList<>();
        for (Services.Entry entry : services.all(key)) {
            ThreadRun owner = entry.owner;
            result.add(new ServiceEntry<>(service(entry), owner.child.path, owner.incarnation));
        }
        return result;
    }

    @Override
    public T await(Duration limit) throws InterruptedException {
        Objects.requireNonNull(limit, "limit");
        if (limit.isZero() || limit.isNegative()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted before looking for " + key);
            }
            return get();
        }
        Object answer = services.waiters()
                .await(key, this::entryOrEnd, SupervisorRuntime.clampedNanos(limit));
        if (answer instanceof Services.Entry entry) {
            return service(entry);
        }
        if (answer != null) {
            throw unavailable("is not available", null);
        }
        String within = limit.toString().substring(2).toLowerCase(Locale.ROOT);
        throw unavailable("was not available within " + within, this::stateOf);
    }

    /** What ends a wait: the live entry, or the outcome of the tree. */
    private @Nullable Object entryOrEnd() {
        Services.Entry entry = services.find(key);
        return entry != null ? entry : services.outcome();
    }

    @Override
    public <R, X extends Exception> R call(ServiceCall<? super T, ? extends R, X> call) throws X {
        Objects.requireNonNull(call, "call");
        Services.Entry entry = live();
        try {
            return call.on(service(entry));
        } catch (Exception failure) {
            if (entry.isLive() || failure instanceof InterruptedException) {
                throw failure;
            }
            FormerOwner owner = FormerOwner.of(entry);
            throw new ServiceUnavailableException(
                    key,
                    owner.path(),
                    "was lost during a call, which may have taken effect: incarnation "
                            + owner.incarnation() + " of " + owner.path() + ' ' + owner.end(),
                    failure);
        }
    }

    // ------------------------------------------------------------------ why there is none

    /** What else is known of the child at a path, to be added to the sentence. */
    private interface More {
        String of(String path);
    }

    private ServiceUnavailableException unavailable(String what, @Nullable More more) {
        Outcome end = services.outcome();
        if (end != null) {
            return new ServiceUnavailableException(
                    key,
                    end.path(),
                    "is not available: the tree " + end.path() + " has ended (" + end.reason()
                            + "); start its spec again for a new one",
                    end.cause());
        }
        FormerOwner owner = services.formerOwner(key);
        if (owner == null) {
            String root = services.root().path();
            return new ServiceUnavailableException(
                    key,
                    root,
                    what + ": nobody in " + root + " is known to have published it; a child has to"
                            + " call publish with an equal key, of the same name and type",
                    null);
        }
        return new ServiceUnavailableException(
                key,
                owner.path(),
                what + ": incarnation " + owner.incarnation() + " of " + owner.path()
                        + ", which published it last, " + owner.end()
                        + (more == null
                                ? "; await(limit) waits for the next"
                                : more.of(owner.path())),
                owner.cause());
    }

    /** What the last owner is doing now. Asks its supervisor, which answers without waiting. */
    private String stateOf(String path) {
        try {
            return services.root().find(path).map(LiveServiceRef::text).orElse("; it is forgotten");
        } catch (OversightException | IllegalStateException notNow) {
            return ""; // asked from inside a rule: what is known has to do
        }
    }

    private static String text(ChildSnapshot child) {
        String due = child.state() == ChildState.BACKING_OFF ? " until " + child.due() : "";
        return "; it is " + child.state() + due;
    }
}
