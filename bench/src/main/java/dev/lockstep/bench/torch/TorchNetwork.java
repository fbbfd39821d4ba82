package dev.lockstep.bench.torch;

import dev.lockstep.bench.BenchmarkData;
import dev.lockstep.bench.Workload;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A workload's network in libtorch. Parameters and gradients are views of one flat tensor each: backward adds into the
 * flat gradient where it lies, so that an all-reduce and an optimizer need no copies. Faster than modules with tensors
 * of their own, never slower.
 */
final class TorchNetwork implements AutoCloseable {
    private static final long[] ONE = {1, 1};
    private static final long[] NONE = {0, 0};
    private static final long[] KERNEL = {5, 5};
    private static final long[] POOL = {2, 2};
    private static final long[] IMAGES = {-1, 1, BenchmarkData.SIDE, BenchmarkData.SIDE};

    /** A parameter's dimensions, as libtorch orders them. */
    private static final List<long[]> MLP_SHAPES = List.of(
            new long[] {128, 784},
            new long[] {128},
            new long[] {64, 128},
            new long[] {64},
            new long[] {10, 64},
            new long[] {10});

    private static final List<long[]> CNN_SHAPES = List.of(
            new long[] {20, 1, KERNEL[0], KERNEL[1]},
            new long[] {20},
            new long[] {50, 20, KERNEL[0], KERNEL[1]},
            new long[] {50},
            new long[] {500, 800},
            new long[] {500},
            new long[] {10, 500},
            new long[] {10});

    private final boolean convolutional;
    private final boolean channelsLast;
    private final Tensor values;
    private final Tensor gradient;
    private final List<Tensor> parameters = new ArrayList<>();
    private final List<TensorOptional> biases = new ArrayList<>();

    TorchNetwork(Workload workload, boolean channelsLast) {
        this.convolutional = workload == Workload.CNN;
        this.channelsLast = channelsLast;
        List<long[]> shapes = convolutional ? CNN_SHAPES : MLP_SHAPES;
        long length = shapes.stream().mapToLong(TorchNetwork::size).sum();
        torch.manual_seed(42);
        values = torch.empty(length);
        gradient = torch.zeros(length);
        long offset = 0;
        for (long[] shape : shapes) {
            Tensor parameter = view(values, offset, shape).detach();
            initialise(parameter, shape);
            parameter.set_requires_grad(true);
            parameter.mutable_grad().put(view(gradient, offset, shape));
            parameters.add(parameter);
            biases.add(new TensorOptional(parameter));
            offset += size(shape);
        }
        values.set_requires_grad(true);
        values.mutable_grad().put(gradient);
    }

    private static long size(long[] shape) {
        long size = 1;
        for (long dimension : shape) {
            size *= dimension;
        }
        return size;
    }

    /** A part of a flat tensor in a shape; filters channels last where that is asked for. */
    private Tensor view(Tensor flat, long offset, long[] shape) {
        Tensor part = flat.narrow(0, offset, size(shape));
        if (channelsLast && shape.length == 4) {
            return part.view(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2);
        }
        return part.view(shape);
    }

    /** Glorot's uniform distribution for weights, 0 for biases. */
    private static void initialise(Tensor parameter, long[] shape) {
        if (shape.length == 1) {
            parameter.zero_();
            return;
        }
        long window = shape.length == 4 ? shape[2] * shape[3] : 1;
        double limit = Math.sqrt(6.0 / (double) ((shape[0] + shape[1]) * window));
        parameter.uniform_(-limit, limit, new GeneratorOptional());
    }

    /** The parameters one by one. */
    TensorVector eachParameter() {
        return new TensorVector(parameters.toArray(new Tensor[0]));
    }

    /** All parameters as one. */
    TensorVector flatParameters() {
        return new TensorVector(values);
    }

    /** The gradient of all parameters, in their order. */
    Tensor gradient() {
        return gradient;
    }

    /** Features of [samples, 784] as the network wants them. */
    Tensor arrange(Tensor features) {
        if (!convolutional) {
            return features;
        }
        Tensor images = features.view(IMAGES);
        return channelsLast ? images.contiguous(torch.MemoryFormat.ChannelsLast) : images;
    }

    /**
     * Replaces the gradient by that of a batch.
     *
     * @param workers the gradient is divided by it, so that a sum over workers is a mean
     * @return the mean loss, divided by the workers
     */
    Tensor backward(Tensor features, Tensor labels, int workers) {
        Tensor logits = convolutional ? convolutions(features) : dense(features, 0, 3);
        Tensor loss = torch.cross_entropy_loss(logits, labels);
        if (workers > 1) {
            loss = loss.div(new Scalar(workers));
        }
        gradient.zero_();
        loss.backward();
        return loss;
    }

    private Tensor convolutions(Tensor images) {
        Tensor first = pooled(images, 0);
        Tensor second = pooled(first, 2);
        return dense(torch.flatten(second, 1, -1), 4, 2);
    }

    private Tensor pooled(Tensor input, int parameter) {
        Tensor output = torch.conv2d(input, parameters.get(parameter), biases.get(parameter + 1), ONE, NONE, ONE, 1);
        return torch.max_pool2d(torch.relu(output), POOL);
    }

    private Tensor dense(Tensor input, int parameter, int layers) {
        Tensor output = input;
        for (int layer = 0; layer < layers; layer++) {
            int weights = parameter + 2 * layer;
            output = torch.linear(output, parameters.get(weights), biases.get(weights + 1));
            if (layer + 1 < layers) {
                output = torch.relu_(output);
            }
        }
        return output;
    }

    @Override
    public void close() {
        parameters.forEach(Tensor::close);
        biases.forEach(TensorOptional::close);
        values.close();
        gradient.close();
    }
}
