/** Counter-based random numbers: a value is a function of its key, never of a running stream. */
@NullMarked
package dev.lockstep.core.random;

import org.jspecify.annotations.NullMarked;
