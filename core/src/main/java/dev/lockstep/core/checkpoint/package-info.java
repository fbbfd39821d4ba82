/** Checkpoints: policy, format and storage apart. */
@NullMarked
package dev.lockstep.core.checkpoint;

import org.jspecify.annotations.NullMarked;
