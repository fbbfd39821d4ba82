package dev.lockstep.cuda;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.DropoutMask;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.layer.ActivationLayer;
import dev.lockstep.core.model.layer.Conv2DLayer;
import dev.lockstep.core.model.layer.DenseLayer;
import dev.lockstep.core.model.layer.DropoutLayer;
import dev.lockstep.core.model.layer.GlobalAveragePooling2DLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.layer.MaxPooling2DLayer;
import dev.lockstep.core.model.layer.PoolingLayer;
import dev.lockstep.core.model.layer.WindowGeometry;
import dev.lockstep.core.model.loss.LossGradient;
import dev.lockstep.cuda.DeviceOperations.Passes;
import dev.lockstep.cuda.DeviceOperations.Pooling;
import dev.lockstep.cuda.DeviceOperations.Ports;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From the layers of a plan to kernels for batches of one size, layer by layer from the input on. */
final class NetworkBuilder {
    /** What is the same for every batch size. */
    record Environment(
            DeviceOperations operations,
            DeviceMemory memory,
            DeviceFloats input,
            DeviceFloats parameters,
            DeviceFloats gradient) {}

    private final Environment environment;
    private final DeviceOperations operations;
    private final DeviceMemory memory;
    private final int rows;
    private final List<DeviceNetwork.Draw> draws = new ArrayList<>();
    private final List<Kernel> training = new ArrayList<>();
    private final List<Kernel> inference = new ArrayList<>();
    private final List<List<Kernel>> backward = new ArrayList<>();
    private @Nullable Ports previous;
    private String previousName = "";
    private boolean hasTrained;

    private NetworkBuilder(Environment environment, int rows) {
        this.environment = environment;
        this.operations = environment.operations();
        this.memory = environment.memory();
        this.rows = rows;
    }

    /**
     * The kernels of a network without {@link NetworkSupport#objections}.
     *
     * @param rows samples in a batch, above 0
     */
    static DeviceNetwork build(NetworkPlan plan, Environment environment, int rows) {
        NetworkBuilder builder = new NetworkBuilder(environment, rows);
        boolean pastActivation = LossGradient.of(plan.loss()).pastActivation();
        List<PlannedLayer> layers = plan.layers();
        for (int i = 0; i < layers.size(); i++) {
            builder.add(layers.get(i), pastActivation && i == layers.size() - 1);
        }
        return builder.finish();
    }

    /**
     * Adds a layer.
     *
     * @param lossIsPastActivation whether the gradient at its output is already the one before its activation
     */
    private void add(PlannedLayer layer, boolean lossIsPastActivation) {
        LayerSpec spec = layer.spec();
        if (NetworkSupport.changesNothing(spec)) {
            return;
        }
        Ports ports = ports(layer);
        backward.add(new ArrayList<>());
        if (spec instanceof DenseLayer dense) {
            addDense(dense, layer, ports, lossIsPastActivation);
        } else if (spec instanceof Conv2DLayer convolution) {
            addConvolution(convolution, layer, ports, lossIsPastActivation);
        } else if (spec instanceof PoolingLayer pooling) {
            Pooling kind = spec instanceof MaxPooling2DLayer ? Pooling.LARGEST : Pooling.MEAN;
            addPooling(pooling.geometry(layer.input()), kind, ports);
        } else if (spec instanceof GlobalAveragePooling2DLayer pooling) {
            addPooling(pooling.geometry(layer.input()), Pooling.MEAN, ports);
        } else if (spec instanceof ActivationLayer) {
            addActivationLayer(layer, ports, lossIsPastActivation);
        } else if (spec instanceof DropoutLayer dropout) {
            addDropout(dropout, layer, ports);
        } else {
            throw new IllegalArgumentException("no kernels for " + layer.kind());
        }
        if (!layer.isTrained() && ports.inputGradient() == null) {
            // Frozen, and before all that is trained.
            backward.get(backward.size() - 1).clear();
        }
        hasTrained |= layer.isTrained();
        previous = ports;
        previousName = layer.name();
    }

    private Ports ports(PlannedLayer layer) {
        Ports before = previous;
        return new Ports(
                before == null ? environment.input() : before.output(),
                // Nothing upstream of the first trained layer needs a gradient.
                before == null || !hasTrained ? null : before.outputGradient(),
                memory.rows(valuesOf(layer.name()), layer.output().size()),
                memory.rows(gradientOf(layer.name()), layer.output().size()));
    }

    /** The purpose of the buffer for what a layer passes on. */
    static String valuesOf(String layer) {
        return layer + " values";
    }

    private static String gradientOf(String layer) {
        return layer + " gradient";
    }

    /** Y = activation(X W + b); the flat vector holds W transposed, [units, inputs] in row order. */
    private void addDense(DenseLayer spec, PlannedLayer layer, Ports ports, boolean lossIsPastActivation) {
        int inputs = layer.input().size();
        int units = spec.units();
        DeviceFloats kernel = slice(environment.parameters(), layer, "kernel");
        DeviceFloats gradient = ports.outputGradient();
        DeviceFloats before = beforeActivation(spec.activation(), layer, ports);

        forward(operations.product(ports.input(), false, kernel, true, before, rows, units, inputs));
        addBias(spec.useBias(), layer, before, rows, units);
        addActivation(spec.activation(), before, ports, rows, units, lossIsPastActivation);

        backward(operations.product(
                gradient,
                true,
                ports.input(),
                false,
                slice(environment.gradient(), layer, "kernel"),
                units,
                inputs,
                rows));
        sumBiasGradient(spec.useBias(), layer, gradient, rows, units);
        DeviceFloats inputGradient = ports.inputGradient();
        if (inputGradient != null) {
            backward(operations.product(gradient, false, kernel, false, inputGradient, rows, inputs, units));
        }
    }

    private void addConvolution(Conv2DLayer spec, PlannedLayer layer, Ports ports, boolean lossIsPastActivation) {
        WindowGeometry windows = spec.geometry(layer.input());
        int cells = rows * windows.outputHeight() * windows.outputWidth();
        DeviceFloats gradient = ports.outputGradient();
        DeviceFloats before = beforeActivation(spec.activation(), layer, ports);
        Passes convolution = operations.convolution(
                windows,
                rows,
                spec.filters(),
                new Ports(ports.input(), ports.inputGradient(), before, gradient),
                slice(environment.parameters(), layer, "kernel"),
                slice(environment.gradient(), layer, "kernel"));

        forward(convolution.forward());
        addBias(spec.useBias(), layer, before, cells, spec.filters());
        addActivation(spec.activation(), before, ports, cells, spec.filters(), lossIsPastActivation);

        backward(convolution.backward());
        sumBiasGradient(spec.useBias(), layer, gradient, cells, spec.filters());
    }

    private void addPooling(WindowGeometry windows, Pooling kind, Ports ports) {
        Passes pooling = operations.pooling(windows, rows, kind, ports);
        forward(pooling.forward());
        if (ports.inputGradient() != null) {
            backward(pooling.backward());
        }
    }

    /** Over the values of the layer before; softmax over their last dimension. */
    private void addActivationLayer(PlannedLayer layer, Ports ports, boolean lossIsPastActivation) {
        int values = layer.input().size();
        int columns = layer.input().dimensions().get(layer.input().rank() - 1);
        addActivation(
                layer.spec().activation(),
                ports.input(),
                ports,
                rows * (values / columns),
                columns,
                lossIsPastActivation);
        DeviceFloats inputGradient = ports.inputGradient();
        if (inputGradient != null) {
            backward(operations.copy(ports.outputGradient(), inputGradient, rows * values));
        }
    }

    /** By a factor for every value: 0, or 1 / (1 - rate). */
    private void addDropout(DropoutLayer spec, PlannedLayer layer, Ports ports) {
        int values = layer.input().size();
        String purpose = layer.name() + " factors";
        DeviceFloats factors = memory.rows(purpose, values);
        draws.add(draw(new DropoutMask(layer.name(), spec.rate()), memory.transfer(purpose), rows, values));
        training.add(operations.multiply(ports.input(), factors, ports.output(), rows * values));
        inference.add(operations.copy(ports.input(), ports.output(), rows * values));
        DeviceFloats inputGradient = ports.inputGradient();
        if (inputGradient != null) {
            backward(operations.multiply(ports.outputGradient(), factors, inputGradient, rows * values));
        }
    }

    private static DeviceNetwork.Draw draw(
            DropoutMask mask, DeviceOperations.Transfer factors, int rows, int valuesPerRow) {
        float[] drawn = new float[rows * valuesPerRow];
        return (batch, context) -> {
            long key = mask.epochKey(context.seed(), context.epoch());
            for (int row = 0; row < rows; row++) {
                mask.fill(key, batch.sampleIndices()[row], drawn, row * valuesPerRow, valuesPerRow);
            }
            factors.upload(drawn, drawn.length);
        };
    }

    /** Where the product before an activation goes; kept for the backward pass. */
    private DeviceFloats beforeActivation(Activation activation, PlannedLayer layer, Ports ports) {
        return activation == Activation.LINEAR
                ? ports.output()
                : memory.rows(
                        layer.name() + " before activation", layer.output().size());
    }

    /** Adds the activation; it is the last of the layer's forward pass, and the first of its backward pass. */
    private void addActivation(
            Activation activation,
            DeviceFloats before,
            Ports ports,
            int cells,
            int columns,
            boolean lossIsPastActivation) {
        if (activation == Activation.LINEAR) {
            return;
        }
        Passes passes =
                operations.activation(activation, before, ports.output(), ports.outputGradient(), cells, columns);
        forward(passes.forward());
        if (!lossIsPastActivation) {
            backward(passes.backward());
        }
    }

    private void addBias(boolean useBias, PlannedLayer layer, DeviceFloats values, int cells, int columns) {
        if (useBias) {
            forward(operations.addBias(slice(environment.parameters(), layer, "bias"), values, cells, columns));
        }
    }

    private void sumBiasGradient(boolean useBias, PlannedLayer layer, DeviceFloats gradient, int cells, int columns) {
        if (useBias) {
            backward(operations.sumRows(gradient, slice(environment.gradient(), layer, "bias"), cells, columns));
        }
    }

    /** One of a layer's parameters in a flat vector. */
    private static DeviceFloats slice(DeviceFloats flat, PlannedLayer layer, String parameter) {
        ParameterBlock block = layer.blocks().stream()
                .filter(candidate -> candidate.spec().name().equals(parameter))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("layer " + layer.name() + " has no " + parameter));
        return flat.slice(block.offset(), block.length());
    }

    private void forward(Kernel kernel) {
        training.add(kernel);
        inference.add(kernel);
    }

    /** Adds to the backward pass of this layer, which comes before that of the layer before it. */
    private void backward(Kernel kernel) {
        backward.get(backward.size() - 1).add(kernel);
    }

    private DeviceNetwork finish() {
        List<Kernel> reversed = new ArrayList<>();
        for (int i = backward.size() - 1; i >= 0; i--) {
            reversed.addAll(backward.get(i));
        }
        return new DeviceNetwork(
                List.copyOf(draws),
                List.copyOf(training),
                List.copyOf(inference),
                List.copyOf(reversed),
                memory.transfer(valuesOf(previousName)),
                memory.transfer(gradientOf(previousName)));
    }
}
