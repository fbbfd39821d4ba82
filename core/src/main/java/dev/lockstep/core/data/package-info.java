/**
 * Samples: readers, the packed format, splits, the order of samples, batches.
 *
 * <h2>The packed format, version 2</h2>
 *
 * A packed file holds consecutive samples of one data set in as few bytes as their source had. All numbers are
 * little-endian; a file has at most 2^31 - 1 bytes, so that it can be mapped in one piece.
 *
 * <pre>
 * offset  bytes  what
 *      0      8  "LOCKPACK"
 *      8      4  version of the layout: 2
 *     12      4  H, bytes of the header, a multiple of 64
 *     16      8  stable index of the first sample
 *     24      8  N, number of samples
 *     32      4  type of the features: 0 unsigned byte, 1 float, 2 int (labels only)
 *     36      4  type of the labels, the same codes
 *     40      4  L, label values a sample
 *     44      4  R, number of feature dimensions, 1 to 16
 *     48      4  what follows the labels: 1 marks, 2 weights, 3 both
 *     52   4 R   the dimensions of one sample, whose product is F; then zeros up to H
 *      H         features, N x F values, sample by sample
 *                labels, N x L values, sample by sample
 *                marks, N bytes: which part the job's conditions put a sample in, 0 none, 1 validation, 2 test
 *                weights, N floats
 *    end     32  SHA-256 of everything before
 * </pre>
 */
@NullMarked
package dev.lockstep.core.data;

import org.jspecify.annotations.NullMarked;
