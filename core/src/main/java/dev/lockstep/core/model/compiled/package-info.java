/**
 * A network of the common layers as a straight list of kernels over native buffers that are allocated once. A new layer
 * is one {@link dev.lockstep.core.model.compiled.LayerCompiler} and one entry in
 * {@link dev.lockstep.core.model.compiled.NetworkCompiler}. Only classes named {@code OneDnn...} know oneDNN.
 */
@NullMarked
package dev.lockstep.core.model.compiled;

import org.jspecify.annotations.NullMarked;
