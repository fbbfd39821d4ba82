/** Codecs: gradient sums in fewer bytes, for networks that are slow beside the step. */
@NullMarked
package dev.lockstep.core.codec;

import org.jspecify.annotations.NullMarked;
