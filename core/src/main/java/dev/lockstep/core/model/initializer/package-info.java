/** Initialisers of weights, keyed by seed and layer name. */
@NullMarked
package dev.lockstep.core.model.initializer;

import org.jspecify.annotations.NullMarked;
