/**
 * For tests of an application that supervises its work. {@link dev.oversight.testkit.TestKit} runs trees
 * on virtual time, {@link dev.oversight.testkit.Script} is a child that does what a test needs,
 * {@link dev.oversight.testkit.Chaos} troubles a tree in real time. Needs no assertion library: what does
 * not hold is an {@link java.lang.AssertionError}.
 *
 * <p>Nothing in this package accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.oversight.testkit;

import org.jspecify.annotations.NullMarked;
