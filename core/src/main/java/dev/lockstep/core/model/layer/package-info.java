/** Layer specifications. A new layer is one record here and one entry in the OneOf annotation of LayerSpec. */
@NullMarked
package dev.lockstep.core.model.layer;

import org.jspecify.annotations.NullMarked;
