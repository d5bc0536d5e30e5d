/**
 * For an application that has its long-lived work already, as threads, pools, scheduled tasks or
 * services: {@link dev.oversight.adopt.Adopt} makes children of them without rewriting them.
 *
 * <p>Nothing in this package accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.oversight.adopt;

import org.jspecify.annotations.NullMarked;
