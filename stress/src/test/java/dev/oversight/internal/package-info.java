/** The same lines under Lincheck, which looks for an order of the steps that breaks a promise. */
@NullMarked
package dev.oversight.internal;

import org.jspecify.annotations.NullMarked;
