/**
 * What a supervisor takes from outside: time, timers and threads. For test kits and for hosts that
 * own their threads; an application never needs it.
 */
@NullMarked
package dev.oversight.spi;

import org.jspecify.annotations.NullMarked;
