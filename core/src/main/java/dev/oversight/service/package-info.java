/**
 * Services: objects that a child {@linkplain dev.oversight.ChildContext#publish publishes} for as long
 * as its incarnation lives, and {@linkplain dev.oversight.service.ServiceRef references} that others
 * hold for good, because they always lead to the live incarnation; and what a child {@linkplain
 * dev.oversight.ChildContext#lock locks} for itself, for no longer than that.
 *
 * <p>For whoever writes children that use one another. Nothing in this package accepts or returns
 * {@code null} unless it says so.
 */
@NullMarked
package dev.oversight.service;

import org.jspecify.annotations.NullMarked;
