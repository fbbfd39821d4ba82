package dev.lockstep.cuda;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.layer.WindowGeometry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A device made of the processor: the formulas, written down without regard for speed. Like a GPU it does its work late,
 * when somebody downloads, so that a buffer which is overwritten too early shows.
 */
final class HostOperations implements DeviceOperations {
    private final Deque<Runnable> work = new ArrayDeque<>();
    private final List<FloatPointer> memory = new ArrayList<>();
    private boolean isInUse;

    @Override
    public String description() {
        return "the processor in place of a GPU";
    }

    @Override
    public void use() {
        isInUse = true;
    }

    @Override
    public DeviceFloats allocate(int length) {
        FloatPointer pointer = new FloatPointer((long) length);
        memory.add(pointer);
        pointer.put(new float[length], 0, length);
        return new DeviceFloats(pointer, length);
    }

    @Override
    public Transfer transfer(DeviceFloats floats) {
        float[] staged = new float[floats.length()];
        return new Transfer() {
            @Override
            public void upload(float[] source, int count) {
                System.arraycopy(source, 0, staged, 0, count);
                start(() -> floats.pointer().put(staged, 0, count));
            }

            @Override
            public void download(float[] target, int count) {
                while (!work.isEmpty()) {
                    work.pop().run();
                }
                floats.pointer().get(target, 0, count);
            }
        };
    }

    private void start(Runnable piece) {
        if (!isInUse) {
            throw new IllegalStateException("a piece of work before use()");
        }
        work.add(piece);
    }

    private static float[] read(DeviceFloats floats, int count) {
        if (count > floats.length()) {
            throw new IllegalArgumentException(count + " values of " + floats.length());
        }
        float[] values = new float[count];
        floats.pointer().get(values, 0, count);
        return values;
    }

    private static void write(float[] values, DeviceFloats floats) {
        if (values.length > floats.length()) {
            throw new IllegalArgumentException(values.length + " values into " + floats.length());
        }
        floats.pointer().put(values, 0, values.length);
    }

    @Override
    public Kernel copy(DeviceFloats source, DeviceFloats target, int count) {
        return () -> start(() -> write(read(source, count), target));
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
        return () -> start(() -> {
            float[] left = read(a, rows * inner);
            float[] right = read(b, inner * columns);
            float[] result = new float[rows * columns];
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    double sum = 0;
                    for (int i = 0; i < inner; i++) {
                        sum += (double) left[transposeA ? i * rows + row : row * inner + i]
                                * right[transposeB ? column * inner + i : i * columns + column];
                    }
                    result[row * columns + column] = (float) sum;
                }
            }
            write(result, c);
        });
    }

    @Override
    public Kernel addBias(DeviceFloats bias, DeviceFloats values, int rows, int columns) {
        return () -> start(() -> {
            float[] added = read(bias, columns);
            float[] result = read(values, rows * columns);
            for (int i = 0; i < result.length; i++) {
                result[i] += added[i % columns];
            }
            write(result, values);
        });
    }

    @Override
    public Kernel sumRows(DeviceFloats values, DeviceFloats sums, int rows, int columns) {
        return () -> start(() -> {
            float[] read = read(values, rows * columns);
            float[] result = new float[columns];
            for (int i = 0; i < read.length; i++) {
                result[i % columns] += read[i];
            }
            write(result, sums);
        });
    }

    @Override
    public Kernel multiply(DeviceFloats left, DeviceFloats right, DeviceFloats product, int count) {
        return () -> start(() -> {
            float[] result = read(left, count);
            float[] factors = read(right, count);
            for (int i = 0; i < result.length; i++) {
                result[i] *= factors[i];
            }
            write(result, product);
        });
    }

    @Override
    public Passes activation(
            Activation activation,
            DeviceFloats before,
            DeviceFloats after,
            DeviceFloats gradient,
            int rows,
            int columns) {
        int count = rows * columns;
        return new Passes(
                () -> start(() -> write(HostActivations.activate(activation, read(before, count), columns), after)),
                () -> start(() -> write(
                        HostActivations.differentiate(
                                activation, read(before, count), read(after, count), read(gradient, count), columns),
                        gradient)));
    }

    @Override
    public Passes convolution(
            WindowGeometry windows,
            int rows,
            int filters,
            Ports ports,
            DeviceFloats kernel,
            DeviceFloats kernelGradient) {
        HostWindows host = new HostWindows(windows, rows, filters);
        int weights = filters * windows.inputChannels() * windows.kernelHeight() * windows.kernelWidth();
        DeviceFloats inputGradient = ports.inputGradient();
        return new Passes(
                () -> start(() -> write(
                        host.convolve(read(ports.input(), host.inputValues()), read(kernel, weights)), ports.output())),
                () -> start(() -> {
                    float[] gradient = read(ports.outputGradient(), host.outputValues());
                    write(
                            host.kernelGradient(read(ports.input(), host.inputValues()), gradient, weights),
                            kernelGradient);
                    if (inputGradient != null) {
                        write(host.imageGradient(read(kernel, weights), gradient), inputGradient);
                    }
                }));
    }

    @Override
    public Passes pooling(WindowGeometry windows, int rows, Pooling pooling, Ports ports) {
        HostWindows host = new HostWindows(windows, rows, windows.inputChannels());
        DeviceFloats inputGradient = ports.inputGradient();
        return new Passes(
                () -> start(() -> write(host.pool(pooling, read(ports.input(), host.inputValues())), ports.output())),
                () -> start(() -> {
                    if (inputGradient != null) {
                        write(
                                host.poolGradient(
                                        pooling,
                                        read(ports.input(), host.inputValues()),
                                        read(ports.outputGradient(), host.outputValues())),
                                inputGradient);
                    }
                }));
    }

    @Override
    public void close() {
        work.clear();
        memory.forEach(FloatPointer::deallocate);
        memory.clear();
    }
}
