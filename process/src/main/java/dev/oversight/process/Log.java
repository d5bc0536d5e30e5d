package dev.oversight.process;

/** The one logger of this package. */
final class Log {
    static final System.Logger LOG = System.getLogger("dev.oversight.process");

    private Log() {}
}
