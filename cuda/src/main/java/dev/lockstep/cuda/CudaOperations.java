package dev.lockstep.cuda;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.layer.WindowGeometry;
import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * The operations on a GPU: products by cuBLAS, all else by cuDNN. Single precision throughout, and only algorithms whose
 * results are the same bits every time.
 */
final class CudaOperations implements DeviceOperations {
    private final CudaContext context;
    private @Nullable DeviceFloats ones;

    /** @param context closed with the operations */
    CudaOperations(CudaContext context) {
        this.context = context;
    }

    @Override
    public String description() {
        return context.description();
    }

    @Override
    public void use() {
        context.use();
    }

    @Override
    public DeviceFloats allocate(int length) {
        return new DeviceFloats(context.allocate(bytes(length)), length);
    }

    private static long bytes(int floats) {
        return (long) floats * Float.BYTES;
    }

    /** By way of page-locked memory, because a GPU cannot reach the heap. */
    @Override
    public Transfer transfer(DeviceFloats floats) {
        FloatPointer host = context.allocateOnHost(bytes(floats.length()));
        return new Transfer() {
            @Override
            public void upload(float[] source, int count) {
                Objects.checkFromIndexSize(0, count, floats.length());
                host.put(source, 0, count);
                context.copy(host, floats.pointer(), bytes(count), cudart.cudaMemcpyHostToDevice);
            }

            @Override
            public void download(float[] target, int count) {
                Objects.checkFromIndexSize(0, count, floats.length());
                context.copy(floats.pointer(), host, bytes(count), cudart.cudaMemcpyDeviceToHost);
                context.synchronize();
                host.get(target, 0, count);
            }
        };
    }

    @Override
    public Kernel copy(DeviceFloats source, DeviceFloats target, int count) {
        Objects.checkFromIndexSize(0, count, Math.min(source.length(), target.length()));
        return () -> context.copy(source.pointer(), target.pointer(), bytes(count), cudart.cudaMemcpyDeviceToDevice);
    }

    @Override
    public Kernel product(
            DeviceFloats a,
            boolean transposeA,
            DeviceFloats b,
            boolean transposeB,
            DeviceFloats c,
            int rows,
            int columns,
            int inner) {
        return product(RowOrderProduct.of(transposeA, transposeB, rows, columns, inner), a, b, c, context.zero());
    }

    /** c = a b + kept c. */
    private Kernel product(RowOrderProduct shape, DeviceFloats a, DeviceFloats b, DeviceFloats c, FloatPointer kept) {
        return () -> CudaContext.checkBlas(
                cublas.cublasSgemm_v2(
                        context.blas(),
                        form(shape.transposeFirst()),
                        form(shape.transposeSecond()),
                        shape.rows(),
                        shape.columns(),
                        shape.inner(),
                        context.one(),
                        b.pointer(),
                        shape.strideFirst(),
                        a.pointer(),
                        shape.strideSecond(),
                        kept,
                        c.pointer(),
                        shape.strideResult()),
                "a product");
    }

    private static int form(boolean transposed) {
        return transposed ? cublas.CUBLAS_OP_T : cublas.CUBLAS_OP_N;
    }

    /** The product of a column of ones and the bias is added to what is there. */
    @Override
    public Kernel addBias(DeviceFloats bias, DeviceFloats values, int rows, int columns) {
        return product(RowOrderProduct.of(false, false, rows, columns, 1), ones(rows), bias, values, context.one());
    }

    /** The product of a row of ones and the values. */
    @Override
    public Kernel sumRows(DeviceFloats values, DeviceFloats sums, int rows, int columns) {
        return product(ones(rows), false, values, false, sums, 1, columns, rows);
    }

    /** At least so many ones. */
    private DeviceFloats ones(int count) {
        DeviceFloats available = ones;
        if (available == null || available.length() < count) {
            float[] values = new float[count];
            Arrays.fill(values, 1);
            available = allocate(count);
            transfer(available).upload(values, count);
            ones = available;
        }
        return available;
    }

    @Override
    public Kernel multiply(DeviceFloats left, DeviceFloats right, DeviceFloats product, int count) {
        return new CudaActivations(context).multiply(context.row(count), left, right, product, context.zero());
    }

    @Override
    public Passes activation(
            Activation activation,
            DeviceFloats before,
            DeviceFloats after,
            DeviceFloats gradient,
            int rows,
            int columns) {
        CudaActivations activations = new CudaActivations(context);
        CudaActivations.Buffers buffers = new CudaActivations.Buffers(before, after, gradient);
        int count = rows * columns;
        return switch (activation) {
            case SOFTMAX -> activations.softmax(context.matrix(rows, columns), buffers);
            case SWISH -> activations.swish(context.row(count), buffers, allocate(count), allocate(count));
            case SELU -> activations.selu(context.row(count), buffers, allocate(count));
            default -> activations.simple(activation, context.row(count), buffers);
        };
    }

    @Override
    public Passes convolution(
            WindowGeometry windows,
            int rows,
            int filters,
            Ports ports,
            DeviceFloats kernel,
            DeviceFloats kernelGradient) {
        return new CudaWindows(context, windows, rows, filters).convolution(ports, kernel, kernelGradient);
    }

    @Override
    public Passes pooling(WindowGeometry windows, int rows, Pooling pooling, Ports ports) {
        return new CudaWindows(context, windows, rows, windows.inputChannels()).pooling(pooling, ports);
    }

    @Override
    public void close() {
        context.close();
    }
}
