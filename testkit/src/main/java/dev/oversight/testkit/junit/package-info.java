/**
 * For tests that run under JUnit Jupiter. The only package of the kit that needs it.
 *
 * <p>Nothing in this package accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.oversight.testkit.junit;

import org.jspecify.annotations.NullMarked;
