package dev.lockstep.core.model;

import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.TreeSum;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes a worker's part of a batch as if it were so many workers: every slice is a forward and backward pass of its
 * own, and gradients and losses are added over the tree in which workers are added. Four workers of one slice, two of
 * two and one of four then give the same bits, because every number is rounded in the same places.
 *
 * <p>The tree of the slices of all workers is cut by the workers into whole branches where there is a power of two of
 * them: ranks [low, high) are halved, and so are slices.
 *
 * <p>Slices are computed one after the other by one replica. Only where a layer needs sums over the workers in the
 * middle of a step each slice has a replica of its own, as what has been computed of it has to be kept: its pass stops
 * there, and goes on when the others have come as far and the sums over all slices of all workers are taken.
 */
public final class SlicedReplica implements ModelReplica {
    private static final Logger LOG = LoggerFactory.getLogger(SlicedReplica.class);

    private final List<ModelReplica> replicas;
    private final int slices;
    private final int sliceCapacity;
    private final int parameterCount;
    private final float[] gradient;
    private final float[][] scratch;
    private final float[] stepOutputs;
    private final List<MiniBatch> parts = new ArrayList<>();
    private final List<SharedComputation> running = new ArrayList<>();
    private final ProcessGroup alone = LocalProcessGroup.alone();
    private final TreeSum treeSum = new TreeSum();
    private final double[][] rows;
    private final int[] offsets;
    private double[] sums = {};
    private float[] outputs;

    private SlicedReplica(List<ModelReplica> replicas, int slices, int sliceCapacity) {
        this.replicas = replicas;
        this.slices = slices;
        this.sliceCapacity = sliceCapacity;
        NetworkPlan plan = plan();
        parameterCount = plan.parameterCount();
        gradient = new float[parameterCount + GRADIENT_ROOM];
        int depth = Integer.SIZE - Integer.numberOfLeadingZeros(slices - 1);
        scratch = new float[depth][parameterCount];
        stepOutputs = new float
                [Math.multiplyExact(sliceCapacity * slices, plan.outputShape().size())];
        outputs = stepOutputs;
        rows = new double[slices][];
        offsets = new int[slices];
        if (plan.asksForSharedMoments() && !first().meetsOthers()) {
            LOG.warn(
                    "batch_normalization uses the moments of each slice (determinism.slices), because {} cannot ask the"
                            + " others: the same for any number of workers, but not those of the global batch. Set"
                            + " synchronized: false on the layer to accept this.",
                    first().description());
        }
    }

    /**
     * A replica for so many slices; where there is one, what is made for it.
     *
     * @param slices of one worker
     * @param sliceCapacity the most samples of a slice
     * @param capacity the most samples of a prediction
     * @param making makes a replica of the network for at most so many samples
     */
    public static ModelReplica of(int slices, int sliceCapacity, int capacity, IntFunction<ModelReplica> making) {
        ModelReplica first = making.apply(Math.max(sliceCapacity, capacity));
        if (slices == 1) {
            return first;
        }
        List<ModelReplica> replicas = new ArrayList<>(List.of(first));
        try {
            for (int i = 1; i < slices && first.meetsOthers(); i++) {
                replicas.add(making.apply(sliceCapacity));
            }
            return new SlicedReplica(replicas, slices, sliceCapacity);
        } catch (RuntimeException | Error failure) {
            replicas.forEach(ModelReplica::close);
            throw failure;
        }
    }

    /** What {@link #of} will allocate on the processor: replicas of their own only where layers meet between the slices. */
    public static MemoryNeed memory(
            NetworkPlan plan, int slices, int sliceCapacity, int capacity, List<Integer> batchSizes) {
        MemoryNeed first = ModelReplicas.memory(plan, Math.max(sliceCapacity, capacity), batchSizes);
        if (slices == 1) {
            return first;
        }
        int replicas = plan.asksForSharedMoments() ? slices : 1;
        long depth = Integer.SIZE - Integer.numberOfLeadingZeros(slices - 1);
        long outputs = plan.outputShape().size();
        long features = ByteCount.product(sliceCapacity, plan.inputShape().size());
        MemoryNeed part = MemoryNeed.heapFloats(ByteCount.sum(features, ByteCount.product(sliceCapacity, outputs + 2)))
                .plus(MemoryNeed.offHeapFloats(features));
        return first.plus(ModelReplicas.memory(plan, sliceCapacity, batchSizes).times(replicas - 1))
                .plus(part.times(replicas))
                .plus(MemoryNeed.heapFloats(ByteCount.sum(
                        ByteCount.product(depth + 1, plan.parameterCount()),
                        GRADIENT_ROOM,
                        ByteCount.product(sliceCapacity, slices, outputs))));
    }

    private ModelReplica first() {
        return replicas.get(0);
    }

    @Override
    public NetworkPlan plan() {
        return first().plan();
    }

    @Override
    public float[] parameters() {
        return first().parameters();
    }

    @Override
    public float[] gradient() {
        return gradient;
    }

    @Override
    public int slices() {
        return slices;
    }

    @Override
    public double computeGradient(MiniBatch batch, StepContext context) {
        outputs = stepOutputs;
        // A part of the gradient is final when the last slice is done: there is nothing to tell a listener before.
        StepContext ofSlice = new StepContext(context.seed(), context.epoch(), alone);
        while (parts.size() < replicas.size()) {
            parts.add(new MiniBatch(sliceCapacity, batch.featureCount(), batch.labelWidth()));
        }
        if (replicas.size() > 1) {
            computeTogether(batch, ofSlice, context.group());
        }
        return sum(0, slices, gradient, 0, batch, ofSlice);
    }

    /** All slices from one sum over the workers to the next. */
    private void computeTogether(MiniBatch batch, StepContext ofSlice, ProcessGroup group) {
        running.clear();
        for (int slice = 0; slice < slices; slice++) {
            ModelReplica replica = replicas.get(slice);
            if (slice > 0) {
                System.arraycopy(parameters(), 0, replica.parameters(), 0, parameterCount);
            }
            batch.copyRows(rowsOf(batch, slice), parts.get(slice));
            running.add(replica.begin(parts.get(slice), ofSlice));
        }
        while (advanceAll()) {
            sumOverSlices(running.get(0).count(), group);
        }
    }

    private boolean advanceAll() {
        boolean goesOn = running.get(0).advance();
        for (SharedComputation slice : running.subList(1, slices)) {
            if (slice.advance() != goesOn) {
                throw new IllegalStateException("the slices of a batch do not need the same sums");
            }
        }
        return goesOn;
    }

    private void sumOverSlices(int count, ProcessGroup group) {
        if (sums.length < count) {
            sums = new double[count];
        }
        for (int slice = 0; slice < slices; slice++) {
            rows[slice] = running.get(slice).sums();
        }
        treeSum.sum(rows, offsets, slices, sums, 0, count);
        if (group.size() > 1) {
            group.allReduceSum(sums, count);
        }
        for (double[] row : rows) {
            System.arraycopy(sums, 0, row, 0, count);
        }
    }

    /**
     * The branch [low, high) of the tree.
     *
     * @param target receives the gradient
     * @param level from which on the scratch is free
     * @return the loss, rounded as a worker rounds what it sends
     */
    private float sum(int low, int high, float[] target, int level, MiniBatch batch, StepContext context) {
        if (high - low == 1) {
            return slice(low, target, batch, context);
        }
        int middle = (low + high) >>> 1;
        float left = sum(low, middle, target, level, batch, context);
        float right = sum(middle, high, scratch[level], level + 1, batch, context);
        add(target, scratch[level], parameterCount);
        return left + right;
    }

    /** Of its own, so that the compiler makes vector instructions of it. */
    private static void add(float[] sums, float[] others, int count) {
        for (int i = 0; i < count; i++) {
            sums[i] += others[i];
        }
    }

    /** A leaf of the tree: computed now, or together with the others before. */
    private float slice(int slice, float[] target, MiniBatch batch, StepContext context) {
        Slice own = rowsOf(batch, slice);
        ModelReplica replica = replicas.get(slice % replicas.size());
        double lossSum;
        if (replicas.size() > 1) {
            lossSum = running.get(slice).lossSum();
        } else {
            batch.copyRows(own, parts.get(0));
            lossSum = replica.computeGradient(parts.get(0), context);
        }
        System.arraycopy(replica.gradient(), 0, target, 0, parameterCount);
        int width = plan().outputShape().size();
        System.arraycopy(replica.outputs(), 0, stepOutputs, own.from() * width, own.size() * width);
        return (float) lossSum;
    }

    /** The rows of a worker are a run of slices of the global batch, so cutting them gives the same slices again. */
    private Slice rowsOf(MiniBatch batch, int slice) {
        return Slice.of(0, batch.size(), slices, slice);
    }

    @Override
    public void predict(MiniBatch batch) {
        first().predict(batch);
        outputs = first().outputs();
    }

    @Override
    public float[] outputs() {
        return outputs;
    }

    @Override
    public Optional<float[]> activations(int layer) {
        return first().activations(layer);
    }

    @Override
    public String description() {
        return first().description() + ", " + slices + " slices a step";
    }

    @Override
    public String arithmetic() {
        return first().arithmetic();
    }

    @Override
    public void close() {
        replicas.forEach(ModelReplica::close);
    }
}
