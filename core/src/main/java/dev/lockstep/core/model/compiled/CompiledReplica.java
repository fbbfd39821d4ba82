package dev.lockstep.core.model.compiled;

import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.SharedComputation;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.dl4j.NativeRuntime;
import dev.lockstep.core.model.loss.LossGradient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network as a straight list of kernels of oneDNN over native buffers. A step copies the parameters in, runs the
 * kernels and copies the gradient out; it allocates nothing. The kernels of a batch size are made when that size is
 * first seen, and a run sees few.
 *
 * <p>Parameters lie as {@link NetworkPlan} says, in the order of DL4J, so checkpoints pass between the replicas.
 */
public final class CompiledReplica implements ModelReplica {
    private static final Logger LOG = LoggerFactory.getLogger(CompiledReplica.class);
    /** What oneDNN has of its own: kernels, and the packed parts of matrices while it multiplies them. */
    private static final long LIBRARY_BYTES = 8L << 20;

    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final NetworkPlan plan;
    private final int maximumBatchSize;
    private final ComputeThreads threads;
    private final float[] parameters;
    private final float[] gradient;
    private final float[] outputs;
    private final float[] outputGradient;
    private final LossGradient lossGradient;
    private final OneDnn oneDnn = new OneDnn();
    private final NetworkMemory memory;
    private final StepInputs step = new StepInputs();
    private final NativeFloats nativeParameters;
    private final NativeFloats nativeGradient;
    private final FeatureLoader features;
    private final Compilation.Environment environment;
    private final Map<Integer, CompiledNetwork> networks = new HashMap<>();
    private @Nullable CompiledNetwork current;
    private int currentSize = -1;
    private final CompiledStep computation;

    private CompiledReplica(NetworkPlan plan, int maximumBatchSize, ComputeThreads threads) {
        this.plan = plan;
        this.maximumBatchSize = maximumBatchSize;
        this.threads = threads;
        parameters = new float[plan.parameterCount()];
        gradient = new float[plan.parameterCount() + GRADIENT_ROOM];
        outputs = new float
                [Math.multiplyExact(maximumBatchSize, plan.outputShape().size())];
        outputGradient = new float[outputs.length];
        lossGradient = LossGradient.of(plan.loss());
        memory = new NetworkMemory(maximumBatchSize);
        nativeParameters = memory.values("parameters", plan.parameterCount());
        nativeGradient = memory.values("gradient", plan.parameterCount());
        features = new FeatureLoader(
                oneDnn, memory, memory.rows("input", plan.inputShape().size()));
        environment =
                new Compilation.Environment(oneDnn, memory, nativeParameters, nativeGradient, step, this::takeGradient);
        computation = new CompiledStep(this::differentiateLoss, gradient);
    }

    /**
     * A replica with all parameters zero.
     *
     * @param maximumBatchSize the most samples a call may hold
     * @param threads compute threads of this process; the last call wins for the whole JVM
     * @throws LockstepException when the network cannot be compiled, naming every layer that is in the way
     */
    public static CompiledReplica create(NetworkPlan plan, int maximumBatchSize, int threads) {
        List<String> objections = objections(plan);
        if (!objections.isEmpty()) {
            throw new LockstepException(
                    ExitCode.USAGE, "this network cannot be compiled:\n  " + String.join("\n  ", objections));
        }
        if (maximumBatchSize < 1) {
            throw new IllegalArgumentException("maximumBatchSize must be above 0, found " + maximumBatchSize);
        }
        if (WARNED.compareAndSet(false, true)) {
            String warning =
                    OneDnn.instructionSetWarning(OneDnn.instructionSetNumber(), NativeRuntime.processorFlags());
            if (warning != null) {
                LOG.warn(warning);
            }
        }
        return new CompiledReplica(plan, maximumBatchSize, ComputeThreads.of(threads));
    }

    /** What stands in the way of compiling a network here, a sentence for each; empty when nothing does. */
    public static List<String> objections(NetworkPlan plan) {
        String unavailable = OneDnn.unavailableReason();
        List<String> objections = new ArrayList<>();
        if (unavailable != null) {
            objections.add(unavailable);
        }
        objections.addAll(NetworkCompiler.objections(plan));
        return objections;
    }

    /** Version and instruction set of the library behind the kernels; or why it does not load. */
    public static String library() {
        String unavailable = OneDnn.unavailableReason();
        return unavailable == null ? OneDnn.version() + ", " + OneDnn.instructionSet() : unavailable;
    }

    /** Whether that library loads in this process. */
    public static boolean libraryLoads() {
        return OneDnn.unavailableReason() == null;
    }

    /** What to do about kernels that are older than this processor; null where they fit. */
    public static @Nullable String libraryWarning() {
        return OneDnn.instructionSetWarning(OneDnn.instructionSetNumber(), NativeRuntime.processorFlags());
    }

    /** Whether kernels exist for a network, whatever this machine has. */
    public static boolean compiles(NetworkPlan plan) {
        return NetworkCompiler.objections(plan).isEmpty();
    }

    /**
     * What a replica of a network that {@link #compiles} allocates; nothing is allocated here.
     *
     * @param maximumBatchSize as in {@link #create}
     * @param batchSizes the sizes of batches that it will see: each has kernels of its own
     */
    public static MemoryNeed memory(NetworkPlan plan, int maximumBatchSize, List<Integer> batchSizes) {
        long outputs = ByteCount.product(2, maximumBatchSize, plan.outputShape().size());
        MemoryNeed sum = MemoryNeed.heapFloats(
                        ByteCount.sum(ByteCount.product(2, plan.parameterCount()), GRADIENT_ROOM, outputs))
                .plus(NetworkMemory.need(NetworkCompiler.buffers(plan, maximumBatchSize)))
                .plus(MemoryNeed.offHeapFloats(NetworkCompiler.scratchFloats(plan)))
                .plus(MemoryNeed.offHeap(LIBRARY_BYTES));
        for (int size : batchSizes) {
            sum = sum.plus(NetworkCompiler.ownMemory(plan, size));
        }
        return sum;
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
        begin(batch, context);
        ProcessGroup group = context.group();
        while (computation.advance()) {
            if (group.size() > 1) {
                group.allReduceSum(computation.sums(), computation.count());
            }
        }
        return computation.lossSum();
    }

    @Override
    public boolean meetsOthers() {
        return plan.asksForSharedMoments();
    }

    @Override
    public SharedComputation begin(MiniBatch batch, StepContext context) {
        plan.requireTrainable();
        plan.clearFrozen(gradient);
        CompiledNetwork network = prepare(batch);
        step.begin(batch, context);
        computation.begin(batch, network);
        return computation;
    }

    /** Copies the gradient of one layer out and tells who may want to send it on its way. */
    private void takeGradient(NativeFloats gradients, int from) {
        gradients.readInto(gradient, from);
        step.context().gradientListener().ready(gradient, from);
    }

    @Override
    public void predict(MiniBatch batch) {
        if (batch.size() == 0) {
            return;
        }
        CompiledNetwork network = prepare(batch);
        network.infer();
        network.outputs().read(outputs, batch.size() * plan.outputShape().size());
    }

    /** The values of every buffer, by purpose; for the test of {@link #memory}. */
    Map<String, Long> buffers() {
        return memory.allocated();
    }

    /** The most that a kernel takes for itself; for the same test. */
    long scratchBytes() {
        return oneDnn.largestScratchBytes();
    }

    private CompiledNetwork prepare(MiniBatch batch) {
        batch.requireFits(maximumBatchSize, plan.inputShape().size());
        threads.pinCurrentThread();
        nativeParameters.write(parameters, parameters.length);
        if (batch.size() > 0) {
            features.load(batch);
        }
        CompiledNetwork network = current;
        if (network == null || currentSize != batch.size()) {
            network = networks.computeIfAbsent(batch.size(), size -> NetworkCompiler.compile(plan, environment, size));
            current = network;
            currentSize = batch.size();
        }
        return network;
    }

    /** Reads the outputs, and writes where the backward pass begins. */
    private double differentiateLoss(MiniBatch batch, CompiledNetwork network) {
        int width = plan.outputShape().size();
        int count = batch.size() * width;
        network.outputs().read(outputs, count);
        double sum = lossGradient.differentiate(plan.loss(), batch, outputs, outputGradient, width);
        network.outputGradient().write(outputGradient, count);
        return sum;
    }

    @Override
    public float[] outputs() {
        return outputs;
    }

    @Override
    public Optional<float[]> activations(int layer) {
        CompiledNetwork network = current;
        if (network == null) {
            return Optional.empty();
        }
        float[] values =
                new float[currentSize * plan.layers().get(layer).output().size()];
        network.layerOutput(layer).read(values, values.length);
        return Optional.of(values);
    }

    @Override
    public String description() {
        return "compiled kernels, " + arithmetic() + ", " + threads;
    }

    @Override
    public String arithmetic() {
        return OneDnn.version() + ", " + OneDnn.instructionSet();
    }

    @Override
    public void close() {
        networks.clear();
        current = null;
        oneDnn.close();
        memory.close();
    }
}
