package dev.oversight.runner;

/** The exit codes of the command, which are part of its contract. */
final class ExitCode {
    /** Stopped on request, or ended by itself and nothing had failed for good; {@code check}: no problems. */
    static final int OK = 0;
    /** Too many failures: the root supervisor gave up. */
    static final int GAVE_UP = 1;
    /** A wrong command line or tree file; nothing was started. */
    static final int BAD_INPUT = 2;
    /** A child did not come up at the start; what was up has been stopped again. */
    static final int COULD_NOT_START = 3;
    /** It ended by itself, but something had failed for good. */
    static final int FAILED = 4;
    /** A defect of the runner itself: {@code EX_SOFTWARE} of sysexits.h. */
    static final int INTERNAL = 70;

    private ExitCode() {}

    /** A stop that a second signal cut short: 130 for INT, 143 for TERM, 129 for HUP. */
    static int forced(int signal) {
        return 128 + signal;
    }
}
