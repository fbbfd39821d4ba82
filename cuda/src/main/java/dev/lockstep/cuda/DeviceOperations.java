package dev.lockstep.cuda;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.layer.WindowGeometry;
import org.jspecify.annotations.Nullable;

/**
 * What a network needs of a device. Kernels run in the order in which they are started, and whatever reads their results
 * on the processor waits for them. Matrices are in row order; images are (rows, height, width, channels). One thread at
 * a time.
 */
interface DeviceOperations extends AutoCloseable {
    /** Both directions of one piece of a network, each joined to the other by what it leaves behind. */
    record Passes(Kernel forward, Kernel backward) {}

    /**
     * Where a layer reads and writes.
     *
     * @param input [rows, values of its input shape]
     * @param inputGradient the same for the gradient, overwritten; null where nobody needs it
     * @param output [rows, values of its output shape]
     * @param outputGradient the same for the gradient
     */
    record Ports(
            DeviceFloats input,
            @Nullable DeviceFloats inputGradient,
            DeviceFloats output,
            DeviceFloats outputGradient) {}

    /** Copies between the heap and the beginning of one buffer. */
    interface Transfer {
        /** Copies to the device; a second upload has to come after a download of any buffer. */
        void upload(float[] source, int count);

        /** Waits for all work that was started, and copies to the heap. */
        void download(float[] target, int count);
    }

    /** What a pooling makes of a window. */
    enum Pooling {
        /** Its largest value. */
        LARGEST,
        /** The mean over the cells that lie inside the image. */
        MEAN
    }

    /** The device and the libraries, with versions: what the last bits of a result depend on. */
    String description();

    /** Prepares the calling thread; before anything else in a step. */
    void use();

    /** So many zeros, which live until the operations are closed. */
    DeviceFloats allocate(int length);

    /** Copies for a buffer. */
    Transfer transfer(DeviceFloats floats);

    /** Copies the first values to the beginning of another buffer. */
    Kernel copy(DeviceFloats source, DeviceFloats target, int count);

    /**
     * The product c = a b, or with the factors transposed.
     *
     * @param a [rows, inner], or [inner, rows] where transposed
     * @param b [inner, columns], or [columns, inner] where transposed
     * @param c [rows, columns], overwritten
     */
    Kernel product(
            DeviceFloats a,
            boolean transposeA,
            DeviceFloats b,
            boolean transposeB,
            DeviceFloats c,
            int rows,
            int columns,
            int inner);

    /** values[row, :] += bias. */
    Kernel addBias(DeviceFloats bias, DeviceFloats values, int rows, int columns);

    /** sums = the sum over rows of values[row, :]. */
    Kernel sumRows(DeviceFloats values, DeviceFloats sums, int rows, int columns);

    /** product = left right, value by value; a buffer of its own. */
    Kernel multiply(DeviceFloats left, DeviceFloats right, DeviceFloats product, int count);

    /**
     * An activation: after = activation(before) forward; backward, the gradient at {@code after} becomes the one at
     * {@code before}, in place.
     *
     * @param activation one that {@link NetworkSupport} takes, other than linear
     * @param before [rows, columns], kept unchanged between the two passes
     * @param after [rows, columns], a buffer of its own
     * @param columns values that softmax goes over
     */
    Passes activation(
            Activation activation,
            DeviceFloats before,
            DeviceFloats after,
            DeviceFloats gradient,
            int rows,
            int columns);

    /**
     * A convolution without bias. Backward it writes the kernel's gradient, and the input's where that is wanted.
     *
     * @param windows with as much padding before the image as after it
     * @param rows images of a batch
     * @param kernel [filters, channels, height, width]
     */
    Passes convolution(
            WindowGeometry windows,
            int rows,
            int filters,
            Ports ports,
            DeviceFloats kernel,
            DeviceFloats kernelGradient);

    /**
     * A pooling.
     *
     * @param windows with as much padding before the image as after it
     * @param rows images of a batch
     */
    Passes pooling(WindowGeometry windows, int rows, Pooling pooling, Ports ports);

    /** Frees everything; may be called twice. */
    @Override
    void close();
}
