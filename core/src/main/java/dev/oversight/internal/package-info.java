/**
 * The engine, not exported. {@code SupervisorState} decides and is pure: no thread, no clock, no
 * I/O. {@code SupervisorRuntime} carries the decisions out. {@code docs/concurrency.md} says which
 * thread may do what.
 */
@NullMarked
package dev.oversight.internal;

import org.jspecify.annotations.NullMarked;
