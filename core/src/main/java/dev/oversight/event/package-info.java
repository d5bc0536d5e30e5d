/**
 * What a supervisor tells: sealed {@linkplain dev.oversight.event.Event facts} in the order in which
 * they were decided, and snapshots of children at one moment. For listeners, dashboards and tests.
 * All types are immutable.
 */
@NullMarked
package dev.oversight.event;

import org.jspecify.annotations.NullMarked;
