/**
 * For an application whose children are programs: {@linkplain dev.oversight.process.ProcessSpec
 * describe} one, make a child of it, and it runs, is restarted and ends under the rules of its
 * supervisor.
 *
 * <p>Nothing in this package accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.oversight.process;

import org.jspecify.annotations.NullMarked;
