package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.StepContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network computed by DL4J: forward and backward only. Its updater is never run; what leaves is the raw gradient sum
 * of {@code getFlattenedGradients()}, in DL4J's own parameter order, which is the layout of {@link NetworkPlan}.
 *
 * <p>Batch normalisation uses the moments of this replica's slice: DL4J computes them inside its layer, where the other
 * workers cannot be asked.
 */
public final class Dl4jReplica implements ModelReplica {
    private static final Logger LOG = LoggerFactory.getLogger(Dl4jReplica.class);

    private final NetworkPlan plan;
    private final int maximumBatchSize;
    private final NativeRuntime runtime;
    private final ReplicaStep step;
    private final MultiLayerNetwork network;
    private final List<Integer> layersThrough;
    private final INDArray nativeParameters;
    private final RowArrays features;
    private final RowArrays labelPlaceholders;
    private final float[] parameters;
    private final float[] gradient;
    private final List<ParameterBlock> statistics;
    private @Nullable Thread pinnedThread;
    private boolean warnedOfLocalMoments;
    private @Nullable MiniBatch predicted;
    private List<INDArray> activations = List.of();

    private Dl4jReplica(NetworkPlan plan, int maximumBatchSize, NativeRuntime runtime) {
        this.plan = plan;
        this.maximumBatchSize = maximumBatchSize;
        this.runtime = runtime;
        this.parameters = new float[plan.parameterCount()];
        this.gradient = new float[plan.parameterCount()];
        this.statistics = plan.blocks().stream()
                .filter(block -> block.spec().role() == Role.STATISTIC)
                .toList();
        // Two at least, for the batch of one that computeGradientOfOne doubles.
        int rows = Math.max(2, maximumBatchSize);
        this.step = new ReplicaStep(Math.multiplyExact(rows, plan.outputShape().size()));
        Dl4jConfiguration.Translated translated = Dl4jConfiguration.of(plan, step, rows);
        this.network = new MultiLayerNetwork(translated.configuration());
        this.layersThrough = translated.layersThrough();
        this.nativeParameters = Nd4j.createUninitializedDetached(DataType.FLOAT, 1, plan.parameterCount());
        nativeParameters.assign(0);
        // Handing the array over keeps DL4J from drawing initial weights from ND4J's global random stream.
        network.init(nativeParameters, false);
        network.initGradientsView();
        this.features = new RowArrays(rows, plan.inputShape().size());
        this.labelPlaceholders = new RowArrays(rows, 1);
    }

    /**
     * A replica with all parameters zero.
     *
     * @param maximumBatchSize the most samples a call may hold
     * @param threads compute threads of this process; the last call wins for the whole JVM
     * @throws LockstepException when DL4J cannot compute the network, naming every layer that is in the way
     */
    public static Dl4jReplica create(NetworkPlan plan, int maximumBatchSize, int threads) {
        List<String> objections = objections(plan);
        if (!objections.isEmpty()) {
            throw new LockstepException(
                    ExitCode.USAGE, "DL4J cannot compute this network:\n  " + String.join("\n  ", objections));
        }
        if (maximumBatchSize < 1) {
            throw new IllegalArgumentException("maximumBatchSize must be above 0, found " + maximumBatchSize);
        }
        return new Dl4jReplica(plan, maximumBatchSize, NativeRuntime.pin(threads));
    }

    /** What of the network DL4J cannot compute, a sentence for each; empty when it can. */
    public static List<String> objections(NetworkPlan plan) {
        return Dl4jConfiguration.objections(plan);
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

    @Override
    public double computeGradient(MiniBatch batch, StepContext context) {
        plan.requireTrainable();
        warnOfLocalMoments(context);
        if (batch.size() == 0) {
            Arrays.fill(gradient, 0);
            return 0;
        }
        batch.requireFits(maximumBatchSize, plan.inputShape().size());
        pinToThisThread();
        if (batch.size() == 1 && !statistics.isEmpty()) {
            return computeGradientOfOne(batch, context);
        }
        compute(batch, context);
        weighStatistics(batch.size());
        return step.lossSum();
    }

    private void compute(MiniBatch batch, StepContext context) {
        FloatMemory.write(nativeParameters, parameters, parameters.length);
        step.begin(batch, context);
        try {
            network.setInput(features.fill(batch.features(), batch.size()));
            network.setLabels(labelPlaceholders.first(batch.size()));
            network.computeGradientAndScore();
        } finally {
            step.end();
        }
        FloatMemory.read(network.getFlattenedGradients(), gradient, gradient.length);
        plan.clearFrozen(gradient);
    }

    /**
     * DL4J's batch normalisation fails on a batch of one sample. The same sample twice has the same moments and exactly
     * twice the loss and the gradient.
     */
    private double computeGradientOfOne(MiniBatch batch, StepContext context) {
        MiniBatch twice = new MiniBatch(2, batch.featureCount(), batch.labelWidth());
        twice.resize(2);
        for (int row = 0; row < 2; row++) {
            System.arraycopy(batch.features(), 0, twice.features(), row * batch.featureCount(), batch.featureCount());
            System.arraycopy(batch.labels(), 0, twice.labels(), row * batch.labelWidth(), batch.labelWidth());
            twice.sampleIndices()[row] = batch.sampleIndices()[0];
            twice.useWeights()[row] = batch.weight(0);
        }
        compute(twice, context);
        weighStatistics(2);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= 0.5f;
        }
        return step.lossSum() / 2;
    }

    @Override
    public void predict(MiniBatch batch) {
        if (batch.size() == 0) {
            return;
        }
        pinToThisThread();
        batch.requireFits(maximumBatchSize, plan.inputShape().size());
        FloatMemory.write(nativeParameters, parameters, parameters.length);
        predicted = batch;
        activations = List.of();
        INDArray outputs = network.output(features.fill(batch.features(), batch.size()), false);
        INDArray rowByRow = outputs.ordering() == 'c' && !outputs.isView() ? outputs : outputs.dup('c');
        FloatMemory.read(
                rowByRow, step.outputs(), batch.size() * plan.outputShape().size());
    }

    @Override
    public float[] outputs() {
        return step.outputs();
    }

    /** Computed once more when first asked for: in use DL4J keeps none, and puts what a layer gives where its input was. */
    @Override
    public Optional<float[]> activations(int layer) {
        MiniBatch batch = predicted;
        if (batch == null) {
            return Optional.empty();
        }
        if (activations.isEmpty()) {
            pinToThisThread();
            activations = layerByLayer(features.fill(batch.features(), batch.size()));
        }
        INDArray rowByRow = activations.get(layersThrough.get(layer)).dup('c');
        float[] values = new float[Math.toIntExact(rowByRow.length())];
        FloatMemory.read(rowByRow, values, values.length);
        return Optional.of(values);
    }

    /** What goes in, and then what each layer gives, with an input of its own each. */
    private List<INDArray> layerByLayer(INDArray input) {
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        List<INDArray> values = new ArrayList<>(List.of(input.dup('c')));
        for (int i = 0; i < network.getnLayers(); i++) {
            INDArray current = values.get(i).dup('c');
            InputPreProcessor reshape = network.getLayerWiseConfigurations().getInputPreProcess(i);
            if (reshape != null) {
                current = reshape.preProcess(current, input.rows(), workspaces);
            }
            values.add(network.getLayer(i).activate(current, false, workspaces));
        }
        return values;
    }

    @Override
    public String description() {
        return "DL4J " + NativeRuntime.dl4jVersion() + ", " + runtime.description();
    }

    @Override
    public String arithmetic() {
        return runtime.blasKernel();
    }

    @Override
    public void close() {
        network.close();
        features.close();
        labelPlaceholders.close();
    }

    /** OpenMP keeps its thread count per calling thread, and a replica may be made by another thread than its user. */
    private void pinToThisThread() {
        Thread current = Thread.currentThread();
        if (pinnedThread != current) {
            runtime.pinCurrentThread();
            pinnedThread = current;
        }
    }

    /** DL4J gives (1 - momentum) (old - batch moment) once for the whole batch, where the contract asks for a sum. */
    private void weighStatistics(int batchSize) {
        for (ParameterBlock block : statistics) {
            for (int i = block.offset(); i < block.end(); i++) {
                gradient[i] *= batchSize;
            }
        }
    }

    private void warnOfLocalMoments(StepContext context) {
        if (warnedOfLocalMoments || context.group().size() < 2) {
            return;
        }
        warnedOfLocalMoments = true;
        if (plan.asksForSharedMoments()) {
            LOG.warn("batch_normalization uses the moments of each worker's own slice, because the DL4J replica cannot"
                    + " ask the other workers: the result depends on the number of workers. Set synchronized: false on"
                    + " the layer to accept this.");
        }
    }
}
