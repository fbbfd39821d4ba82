/**
 * Networks on NVIDIA GPUs. {@link dev.lockstep.cuda.CudaReplica} and {@link dev.lockstep.cuda.NetworkBuilder} arrange
 * the work of a step over {@link dev.lockstep.cuda.DeviceOperations}, which the tests also have for the processor; only
 * classes named {@code Cuda...} know CUDA, cuBLAS and cuDNN.
 */
@NullMarked
package dev.lockstep.cuda;

import org.jspecify.annotations.NullMarked;
