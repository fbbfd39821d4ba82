package dev.lockstep.cuda;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.loss.LossGradient;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A network on a GPU. A step copies parameters and features to the device, runs the forward kernels, reads the outputs,
 * takes the loss and its gradient on the processor as the other replicas do, runs the backward kernels and reads the
 * gradient. Buffers are allocated once; the kernels of a batch size are made when that size is first seen.
 *
 * <p>Parameters lie as {@link NetworkPlan} says, so checkpoints pass between the replicas.
 */
final class CudaReplica implements ModelReplica {
    private static final String PARAMETERS = "parameters";
    private static final String GRADIENT = "gradient";
    private static final String INPUT = "input";

    private final NetworkPlan plan;
    private final int maximumBatchSize;
    private final DeviceOperations operations;
    private final float[] parameters;
    private final float[] gradient;
    private final float[] outputs;
    private final float[] outputGradient;
    private final LossGradient lossGradient;
    private final NetworkBuilder.Environment environment;
    private final DeviceOperations.Transfer parameterTransfer;
    private final DeviceOperations.Transfer gradientTransfer;
    private final DeviceOperations.Transfer inputTransfer;
    private final DeviceMemory memory;
    private final Map<Integer, DeviceNetwork> networks = new HashMap<>();
    private int predictedRows;

    /**
     * A replica with all parameters zero, of a network without {@link NetworkSupport#objections}.
     *
     * @param maximumBatchSize the most samples a call may hold
     * @param operations of the device, closed with the replica
     */
    CudaReplica(NetworkPlan plan, int maximumBatchSize, DeviceOperations operations) {
        if (maximumBatchSize < 1) {
            throw new IllegalArgumentException("maximumBatchSize must be above 0, found " + maximumBatchSize);
        }
        this.plan = plan;
        this.maximumBatchSize = maximumBatchSize;
        this.operations = operations;
        parameters = new float[plan.parameterCount()];
        gradient = new float[plan.parameterCount()];
        outputs = new float
                [Math.multiplyExact(maximumBatchSize, plan.outputShape().size())];
        outputGradient = new float[outputs.length];
        lossGradient = LossGradient.of(plan.loss());
        memory = new DeviceMemory(operations, maximumBatchSize);
        environment = new NetworkBuilder.Environment(
                operations,
                memory,
                memory.rows(INPUT, plan.inputShape().size()),
                memory.values(PARAMETERS, plan.parameterCount()),
                memory.values(GRADIENT, plan.parameterCount()));
        parameterTransfer = memory.transfer(PARAMETERS);
        gradientTransfer = memory.transfer(GRADIENT);
        inputTransfer = memory.transfer(INPUT);
    }

    @Override
    public NetworkPlan plan() {
        return plan;
    }

    @Override
    public float[] parameters() {
        return parameters;
    }

    @Override
    public float[] gradient() {
        return gradient;
    }

    /** An empty batch meets nobody here, because layers with moments of the global batch are not taken. */
    @Override
    public double computeGradient(MiniBatch batch, StepContext context) {
        batch.requireFits(maximumBatchSize, plan.inputShape().size());
        if (batch.size() == 0) {
            Arrays.fill(gradient, 0);
            return 0;
        }
        DeviceNetwork network = prepare(batch);
        network.forward(batch, context);
        network.outputs().download(outputs, batch.size() * plan.outputShape().size());
        double lossSum = differentiateLoss(batch, network);
        network.differentiate();
        gradientTransfer.download(gradient, gradient.length);
        plan.clearFrozen(gradient);
        return lossSum;
    }

    @Override
    public void predict(MiniBatch batch) {
        batch.requireFits(maximumBatchSize, plan.inputShape().size());
        if (batch.size() == 0) {
            return;
        }
        DeviceNetwork network = prepare(batch);
        predictedRows = batch.size();
        network.infer();
        network.outputs().download(outputs, batch.size() * plan.outputShape().size());
    }

    /** Sends parameters and features. Both calls that do this end with a download, so the next may send again. */
    private DeviceNetwork prepare(MiniBatch batch) {
        operations.use();
        DeviceNetwork network =
                networks.computeIfAbsent(batch.size(), size -> NetworkBuilder.build(plan, environment, size));
        parameterTransfer.upload(parameters, parameters.length);
        inputTransfer.upload(batch.features(), batch.size() * batch.featureCount());
        return network;
    }

    /** Takes the loss of the outputs, and sends the gradient from which the backward pass begins. */
    private double differentiateLoss(MiniBatch batch, DeviceNetwork network) {
        int width = plan.outputShape().size();
        double sum = lossGradient.differentiate(plan.loss(), batch, outputs, outputGradient, width);
        network.outputGradient().upload(outputGradient, batch.size() * width);
        return sum;
    }

    @Override
    public float[] outputs() {
        return outputs;
    }

    /** A layer that changes nothing has no buffer of its own: what it passes on is what came in. */
    @Override
    public Optional<float[]> activations(int layer) {
        if (predictedRows == 0) {
            return Optional.empty();
        }
        float[] values =
                new float[predictedRows * plan.layers().get(layer).output().size()];
        int computed = layer;
        while (computed >= 0
                && NetworkSupport.changesNothing(plan.layers().get(computed).spec())) {
            computed--;
        }
        String buffer = computed < 0
                ? INPUT
                : NetworkBuilder.valuesOf(plan.layers().get(computed).name());
        operations.use();
        memory.transfer(buffer).download(values, values.length);
        return Optional.of(values);
    }

    @Override
    public String description() {
        return "kernels on " + arithmetic();
    }

    @Override
    public String arithmetic() {
        return operations.description();
    }

    @Override
    public void close() {
        networks.clear();
        operations.close();
    }
}
