/** The training loop and what it tells others. */
@NullMarked
package dev.lockstep.core.train;

import org.jspecify.annotations.NullMarked;
