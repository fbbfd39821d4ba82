/** Loss specifications. A new loss is one record here and one entry in the OneOf annotation of LossSpec. */
@NullMarked
package dev.lockstep.core.model.loss;

import org.jspecify.annotations.NullMarked;
