/** Samples: readers, the packed format, splits, the order of samples, batches. */
@NullMarked
package dev.lockstep.core.data;

import org.jspecify.annotations.NullMarked;
