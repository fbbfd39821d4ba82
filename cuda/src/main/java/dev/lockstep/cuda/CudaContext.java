package dev.lockstep.cuda;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.cuda.cublas.cublasContext;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudart.cudaDeviceProp;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * One user's view of a GPU: a stream in which all its work runs in order, and cuBLAS and cuDNN bound to that stream.
 * Everything made through an instance lives until the instance is closed. One thread at a time, after {@link #use}.
 */
final class CudaContext implements AutoCloseable {
    private final int device;
    private final Deque<Runnable> destructors = new ArrayDeque<>();
    private final CUstream_st stream = new CUstream_st();
    private final cublasContext blas = new cublasContext();
    private final cudnnContext dnn = new cudnnContext();
    private final FloatPointer zero = new FloatPointer(0f);
    private final FloatPointer one = new FloatPointer(1f);
    private String description = "";

    /** @param device number of the GPU */
    CudaContext(int device) {
        this.device = device;
        try {
            open();
        } catch (RuntimeException | LinkageError failure) {
            close();
            throw failure;
        }
    }

    private void open() {
        use();
        check(cudart.cudaStreamCreateWithFlags(stream, cudart.cudaStreamNonBlocking), "a stream");
        onClose(() -> cudart.cudaStreamDestroy(stream));
        checkBlas(cublas.cublasCreate_v2(blas), "a handle");
        onClose(() -> cublas.cublasDestroy_v2(blas));
        checkBlas(cublas.cublasSetStream_v2(blas, stream), "the stream");
        // Products in full single precision: no TF32, which has ten bits of a factor.
        checkBlas(cublas.cublasSetMathMode(blas, cublas.CUBLAS_DEFAULT_MATH), "single precision");
        checkBlas(cublas.cublasSetAtomicsMode(blas, cublas.CUBLAS_ATOMICS_NOT_ALLOWED), "sums in a fixed order");
        checkDnn(cudnn.cudnnCreate(dnn), "a handle");
        onClose(() -> cudnn.cudnnDestroy(dnn));
        checkDnn(cudnn.cudnnSetStream(dnn, stream), "the stream");
        description = describe();
    }

    /** Why a GPU cannot be used in this process, as a clause; null when it can. */
    static @Nullable String unavailableReason(int device) {
        if (Libraries.FAILURE != null) {
            return "the libraries of CUDA 13 and cuDNN 9 do not load here (" + Libraries.FAILURE + ")";
        }
        int[] devices = new int[1];
        int status = cudart.cudaGetDeviceCount(devices);
        if (status != cudart.cudaSuccess) {
            return "CUDA finds no GPU here (" + message(status) + ")";
        }
        return device < devices[0] ? null : "there is no GPU " + device + " here: CUDA sees " + devices[0];
    }

    /** The native libraries, tried once: a second try would only say that there was a first. */
    private static final class Libraries {
        static final @Nullable String FAILURE = load();

        private static @Nullable String load() {
            try {
                // The first use of each class loads its library.
                cudart.cudaGetErrorString(cudart.cudaSuccess);
                cublas.cublasGetStatusString(cublas.CUBLAS_STATUS_SUCCESS);
                cudnn.cudnnGetVersion();
                return null;
            } catch (LinkageError e) {
                Throwable reason = e;
                while (reason.getCause() != null) {
                    reason = reason.getCause();
                }
                return reason.toString();
            }
        }
    }

    /** Makes the GPU the calling thread's. */
    void use() {
        check(cudart.cudaSetDevice(device), "GPU " + device);
    }

    CUstream_st stream() {
        return stream;
    }

    cublasContext blas() {
        return blas;
    }

    cudnnContext dnn() {
        return dnn;
    }

    /** The factor 0, for results that overwrite what was there. */
    FloatPointer zero() {
        return zero;
    }

    /** The factor 1. */
    FloatPointer one() {
        return one;
    }

    /** A factor. */
    static FloatPointer factor(float value) {
        return new FloatPointer(value);
    }

    /** So many bytes of the GPU's memory, all zero. */
    FloatPointer allocate(long bytes) {
        FloatPointer memory = new FloatPointer();
        check(cudart.cudaMalloc(memory, bytes), bytes + " bytes of its memory");
        onClose(() -> cudart.cudaFree(memory));
        check(cudart.cudaMemsetAsync(memory, 0, bytes, stream), "filling memory");
        return memory;
    }

    /** So many bytes of this process's memory, page-locked so that the GPU can copy on its own. */
    FloatPointer allocateOnHost(long bytes) {
        FloatPointer memory = new FloatPointer();
        check(cudart.cudaMallocHost(memory, bytes), bytes + " bytes of page-locked memory");
        onClose(() -> cudart.cudaFreeHost(memory));
        return memory;
    }

    /** Starts a copy. */
    void copy(Pointer source, Pointer target, long bytes, int direction) {
        check(cudart.cudaMemcpyAsync(target, source, bytes, direction, stream), "a copy");
    }

    /** Waits for everything that was started. */
    void synchronize() {
        check(cudart.cudaStreamSynchronize(stream), "the work of a step");
    }

    /** The description of a packed array of floats (samples, channels, height, width) in one of cuDNN's orders. */
    cudnnTensorStruct tensor(int order, int samples, int channels, int height, int width) {
        cudnnTensorStruct tensor = new cudnnTensorStruct();
        checkDnn(cudnn.cudnnCreateTensorDescriptor(tensor), "a description");
        onClose(() -> cudnn.cudnnDestroyTensorDescriptor(tensor));
        checkDnn(
                cudnn.cudnnSetTensor4dDescriptor(
                        tensor, order, cudnn.CUDNN_DATA_FLOAT, samples, channels, height, width),
                "an array of [" + samples + ", " + channels + ", " + height + ", " + width + "]");
        return tensor;
    }

    /** The description of a matrix in row order. */
    cudnnTensorStruct matrix(int rows, int columns) {
        return tensor(cudnn.CUDNN_TENSOR_NCHW, rows, columns, 1, 1);
    }

    /** The description of so many values in a row, for what treats them all alike. */
    cudnnTensorStruct row(int count) {
        return tensor(cudnn.CUDNN_TENSOR_NCHW, 1, 1, 1, count);
    }

    /** Name of the GPU, versions of the libraries. */
    String description() {
        return description;
    }

    private String describe() {
        int[] runtime = new int[1];
        check(cudart.cudaRuntimeGetVersion(runtime), "its version");
        int[] products = new int[1];
        checkBlas(cublas.cublasGetVersion_v2(blas, products), "its version");
        try (cudaDeviceProp properties = new cudaDeviceProp()) {
            check(cudart.cudaGetDeviceProperties(properties, device), "its properties");
            return properties.name().getString() + " (GPU " + device + "), CUDA " + runtime[0] / 1000 + "."
                    + runtime[0] % 1000 / 10 + ", cuBLAS " + version(products[0]) + ", cuDNN "
                    + version(cudnn.cudnnGetVersion());
        }
    }

    private static String version(long number) {
        return number / 10_000 + "." + number / 100 % 100 + "." + number % 100;
    }

    /** Has something done when this instance is closed; what was asked for last is done first. */
    void onClose(Runnable destructor) {
        destructors.push(destructor);
    }

    /** Fails when CUDA says so. */
    static void check(int status, String what) {
        if (status != cudart.cudaSuccess) {
            throw new IllegalStateException("CUDA refused " + what + ": " + message(status));
        }
    }

    /** Fails when cuBLAS says so. */
    static void checkBlas(int status, String what) {
        if (status != cublas.CUBLAS_STATUS_SUCCESS) {
            throw new IllegalStateException("cuBLAS refused " + what + ": "
                    + cublas.cublasGetStatusString(status).getString());
        }
    }

    /** Fails when cuDNN says so. */
    static void checkDnn(int status, String what) {
        if (status != cudnn.CUDNN_STATUS_SUCCESS) {
            throw new IllegalStateException("cuDNN refused " + what + ": "
                    + cudnn.cudnnGetErrorString(status).getString());
        }
    }

    private static String message(int status) {
        return cudart.cudaGetErrorString(status).getString();
    }

    /** Frees everything, once nothing runs any more; what fails then is of no consequence. */
    @Override
    public void close() {
        if (destructors.isEmpty()) {
            return;
        }
        cudart.cudaSetDevice(device);
        cudart.cudaStreamSynchronize(stream);
        while (!destructors.isEmpty()) {
            destructors.pop().run();
        }
    }
}
