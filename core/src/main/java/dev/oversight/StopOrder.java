package dev.oversight;

/** In which order a supervisor stops its children, when it ends and when it restarts a group. */
public enum StopOrder {
    /**
     * The youngest first, each when those younger than it are gone; with {@linkplain
     * ChildSpec#dependsOn dependencies}, each when those that depend on it are gone. The default.
     */
    REVERSE,
    /** All are asked at once, and their budgets run at the same time. */
    TOGETHER
}
