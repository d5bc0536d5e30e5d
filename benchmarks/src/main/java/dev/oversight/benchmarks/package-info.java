/**
 * How fast and how big: {@link dev.oversight.benchmarks.Compare} takes all figures of {@code
 * docs/benchmarks.md} beside those of peers, the JMH benchmarks look at single parts.
 */
@NullMarked
package dev.oversight.benchmarks;

import org.jspecify.annotations.NullMarked;
