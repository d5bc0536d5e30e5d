/**
 * What an application imports: {@linkplain dev.oversight.SupervisorSpec describe} a tree, {@linkplain
 * dev.oversight.Supervisor run} it, write {@linkplain dev.oversight.ChildBody workers}, choose the
 * rules.
 *
 * <p>Descriptions are immutable values and may be shared between threads. Nothing in this package
 * accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.oversight;

import org.jspecify.annotations.NullMarked;
