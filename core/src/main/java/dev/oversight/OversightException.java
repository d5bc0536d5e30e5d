package dev.oversight;

import org.jspecify.annotations.Nullable;

/** What all exceptions of the library have in common: they name the place in the tree. */
public abstract class OversightException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;

    /**
     * For the exceptions of the library.
     *
     * @param path the place in the tree; empty if it is not in one yet
     */
    protected OversightException(String path, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.path = path;
    }

    /** The place in the tree, for example {@code root/shop/orders}; empty if it is not in one yet. */
    public String path() {
        return path;
    }
}
