package dev.oversight.service;

import java.io.Serializable;
import java.util.Objects;

/**
 * The name of a service in a tree: what its publisher and its users agree on, usually as a constant. An
 * immutable value; two keys are equal if name, type and kind are.
 *
 * <pre>{@code
 * static final ServiceKey<Orders> ORDERS = ServiceKey.of("orders", Orders.class);
 * }</pre>
 *
 * <p>A <em>unique</em> key has at most one live publisher in a tree; a second one is refused ({@link
 * ServiceTakenException}). A <em>shared</em> key has any number of them.
 *
 * @param <T> what users of the service see of it, usually an interface
 */
public final class ServiceKey<T> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final Class<T> type;
    private final boolean shared;

    private ServiceKey(String name, Class<T> type, boolean shared) {
        this.name = Objects.requireNonNull(name, "name");
        this.type = Objects.requireNonNull(type, "type");
        this.shared = shared;
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "name is \"" + name + "\", expected text; name the service after what it does");
        }
        if (type.isPrimitive()) {
            throw new IllegalArgumentException("type is " + type.getName()
                    + ", expected a class or an interface; no object is of a primitive type");
        }
    }

    /**
     * A key with one live publisher at most.
     *
     * @throws IllegalArgumentException if the name is blank or the type is primitive
     */
    public static <T> ServiceKey<T> of(String name, Class<T> type) {
        return new ServiceKey<>(name, type, false);
    }

    /**
     * A key with any number of live publishers.
     *
     * @throws IllegalArgumentException if the name is blank or the type is primitive
     */
    public static <T> ServiceKey<T> shared(String name, Class<T> type) {
        return new ServiceKey<>(name, type, true);
    }

    /** What the service is called. */
    public String name() {
        return name;
    }

    /** What its users see of it. */
    public Class<T> type() {
        return type;
    }

    /** Whether several may publish under it at a time. */
    public boolean isShared() {
        return shared;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServiceKey<?> key
                && name.equals(key.name)
                && type == key.type
                && shared == key.shared;
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + type.getName().hashCode() + (shared ? 1 : 0);
    }

    /** For example {@code orders (com.example.Orders)}. */
    @Override
    public String toString() {
        return name + " (" + type.getName() + (shared ? ", shared)" : ")");
    }
}
