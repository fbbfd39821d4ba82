/**
 * Samples: readers, the packed format, splits, the order of samples, batches.
 *
 * <h2>The packed format, version 1</h2>
 *
 * A packed file holds consecutive samples of one data set in as few bytes as their source had. All numbers are
 * little-endian; a file has at most 2^31 - 1 bytes, so that it can be mapped in one piece.
 *
 * <pre>
 * offset  bytes  what
 *      0      8  "LOCKPACK"
 *      8      4  version of the layout: 1
 *     12      4  H, bytes of the header, a multiple of 64
 *     16      8  stable index of the first sample
 *     24      8  N, number of samples
 *     32      4  type of the features: 0 unsigned byte, 1 float, 2 int (labels only)
 *     36      4  type of the labels, the same codes
 *     40      4  L, label values a sample
 *     44      4  R, number of feature dimensions, 1 to 16
 *     48   4 R   the dimensions of one sample, whose product is F; then zeros up to H
 *      H         features, N x F values, sample by sample
 *                labels, N x L values, sample by sample
 *    end     32  SHA-256 of everything before
 * </pre>
 */
@NullMarked
package dev.lockstep.core.data;

import org.jspecify.annotations.NullMarked;
