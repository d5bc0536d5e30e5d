/**
 * How fast and how big: {@link dev.oversight.benchmarks.Figures} takes all figures of {@code
 * docs/benchmarks.md} in one run, the JMH benchmarks look at single parts.
 */
@NullMarked
package dev.oversight.benchmarks;

import org.jspecify.annotations.NullMarked;
