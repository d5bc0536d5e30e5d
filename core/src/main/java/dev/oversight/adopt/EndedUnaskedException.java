package dev.oversight.adopt;

/**
 * Something adopted is no longer running though nobody asked it to stop: a pool or a scheduler that
 * somebody shut down, a service whose check says no.
 */
public final class EndedUnaskedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;

    EndedUnaskedException(String path, String found) {
        super(path + ": " + found + ", expected it to run until the child is asked to stop; end it"
                + " through its supervisor, or look for what ended it");
        this.path = path;
    }

    /** The place in the tree of the child, for example {@code root/shop/orders}. */
    public String path() {
        return path;
    }
}
