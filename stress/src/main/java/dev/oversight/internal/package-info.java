/**
 * Races of the engine's few lock-free lines, under jcstress. In the engine's package, because that is
 * where these lines are; never published.
 */
@NullMarked
package dev.oversight.internal;

import org.jspecify.annotations.NullMarked;
