package dev.oversight.internal;

import dev.oversight.Exit;

import org.jspecify.annotations.Nullable;

/** Somebody who wants to know when an incarnation of a child ends. A node of the child's list. */
abstract class Watch {
    @Nullable
    Watch earlier;

    @Nullable
    Watch later;

    /** Called once, inside the loop of the child's supervisor: must neither block nor run user code. */
    abstract void ended(Child child, Exit exit);
}
