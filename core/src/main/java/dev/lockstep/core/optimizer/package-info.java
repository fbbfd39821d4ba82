/** Optimizers over the flat parameter vector. */
@NullMarked
package dev.lockstep.core.optimizer;

import org.jspecify.annotations.NullMarked;
