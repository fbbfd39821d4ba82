package dev.lockstep.core.model.compiled;

import static java.util.Map.entry;

import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.ActivationLayer;
import dev.lockstep.core.model.layer.AveragePooling2DLayer;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import dev.lockstep.core.model.layer.Conv2DLayer;
import dev.lockstep.core.model.layer.DenseLayer;
import dev.lockstep.core.model.layer.DropoutLayer;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.GlobalAveragePooling2DLayer;
import dev.lockstep.core.model.layer.InputLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.layer.MaxPooling2DLayer;
import dev.lockstep.core.model.layer.ReshapeLayer;
import dev.lockstep.core.model.loss.LossGradient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From the layers of a plan to kernels. */
final class NetworkCompiler {
    /** A new layer is one entry here. */
    private static final Map<Class<? extends LayerSpec>, LayerCompiler<?>> COMPILERS = Map.ofEntries(
            entry(InputLayer.class, new PassThrough<InputLayer>()),
            entry(FlattenLayer.class, new PassThrough<FlattenLayer>()),
            entry(ReshapeLayer.class, new PassThrough<ReshapeLayer>()),
            entry(DenseLayer.class, new DenseCompiler()),
            entry(ActivationLayer.class, new ActivationCompiler()),
            entry(Conv2DLayer.class, new ConvolutionCompiler()),
            entry(
                    MaxPooling2DLayer.class,
                    new PoolingCompiler<MaxPooling2DLayer>(OneDnnWindows::maximum, MaxPooling2DLayer::geometry)),
            entry(
                    AveragePooling2DLayer.class,
                    new PoolingCompiler<AveragePooling2DLayer>(
                            OneDnnWindows::average, AveragePooling2DLayer::geometry)),
            entry(
                    GlobalAveragePooling2DLayer.class,
                    new PoolingCompiler<GlobalAveragePooling2DLayer>(
                            OneDnnWindows::average, GlobalAveragePooling2DLayer::geometry)),
            entry(DropoutLayer.class, new DropoutCompiler()),
            entry(BatchNormalizationLayer.class, new NormalizationCompiler()));

    private NetworkCompiler() {}

    /** What of the network cannot be compiled, a sentence for each; empty when all can. */
    static List<String> objections(NetworkPlan plan) {
        List<String> objections = new ArrayList<>();
        for (PlannedLayer layer : plan.layers()) {
            LayerCompiler<?> compiler = COMPILERS.get(layer.spec().getClass());
            String objection = compiler == null ? "this kind of layer has no kernels" : objection(compiler, layer);
            if (objection != null) {
                objections.add("layer \"" + layer.name() + "\" (" + layer.kind() + "): " + objection);
            }
        }
        String lossObjection = LossGradient.objection(plan.loss());
        if (lossObjection != null) {
            objections.add(lossObjection);
        }
        if (plan.parameterCount() == 0) {
            objections.add("the network has no parameters to train; add a dense layer");
        }
        return objections;
    }

    /** The buffers of a network whose largest batch has so many rows; values of each purpose. */
    static Map<String, Long> buffers(NetworkPlan plan, int maximumRows) {
        Map<String, Long> values = new HashMap<>();
        values.put("parameters", (long) plan.parameterCount());
        values.put("gradient", (long) plan.parameterCount());
        values.put("factor of the features", 1L);
        values.put("no gradient", 0L);
        values.put("ones", (long) maximumRows);
        values.put("input", ByteCount.product(maximumRows, plan.inputShape().size()));
        boolean hasTrained = false;
        for (PlannedLayer layer : plan.layers()) {
            long rows = ByteCount.product(maximumRows, layer.output().size());
            values.put(layer.name() + " values", rows);
            values.put(layer.name() + " gradient", rows);
            LayerCompiler<?> compiler = compiler(layer);
            buffers(compiler, layer, hasTrained)
                    .forEach((purpose, each) ->
                            values.put(layer.name() + " " + purpose, ByteCount.product(maximumRows, each)));
            hasTrained |= layer.isTrained();
        }
        return values;
    }

    /** What the kernels of one batch size have to themselves. */
    static MemoryNeed ownMemory(NetworkPlan plan, int rows) {
        MemoryNeed sum = MemoryNeed.NONE;
        for (PlannedLayer layer : plan.layers()) {
            sum = sum.plus(ownMemory(compiler(layer), layer, rows));
        }
        return sum;
    }

    /** Values of the memory that kernels take turns with. */
    static long scratchFloats(NetworkPlan plan) {
        return plan.layers().stream()
                .mapToLong(layer -> scratchFloats(compiler(layer), layer))
                .max()
                .orElse(0);
    }

    private static LayerCompiler<?> compiler(PlannedLayer layer) {
        LayerCompiler<?> compiler = COMPILERS.get(layer.spec().getClass());
        if (compiler == null) {
            throw new IllegalArgumentException("no compiler for " + layer.kind());
        }
        return compiler;
    }

    /**
     * The kernels for batches of one size. For an empty batch there are only those that meet the other workers.
     *
     * @param rows samples in a batch, from 0
     */
    static CompiledNetwork compile(NetworkPlan plan, Compilation.Environment environment, int rows) {
        List<PlannedLayer> layers = plan.layers();
        Compilation network = new Compilation(environment, rows, layers.get(0));
        boolean pastActivation = LossGradient.of(plan.loss()).pastActivation();
        for (int i = 0; i < layers.size(); i++) {
            PlannedLayer layer = layers.get(i);
            boolean isLast = i == layers.size() - 1;
            network.begin(layer, isLast ? pastActivation : PoolingCompiler.differentiatesFor(layers.get(i + 1), layer));
            LayerCompiler<?> compiler = compiler(layer);
            if (rows > 0 || (compiler instanceof NormalizationCompiler && layer.trainable())) {
                compile(compiler, layer, network);
            }
        }
        return network.finish();
    }

    /** The table pairs each class with a compiler of that class. */
    @SuppressWarnings("unchecked")
    private static <L extends LayerSpec> @Nullable String objection(LayerCompiler<L> compiler, PlannedLayer layer) {
        return compiler.objection((L) layer.spec(), layer);
    }

    @SuppressWarnings("unchecked")
    private static <L extends LayerSpec> void compile(
            LayerCompiler<L> compiler, PlannedLayer layer, Compilation network) {
        compiler.compile((L) layer.spec(), layer, network);
    }

    @SuppressWarnings("unchecked")
    private static <L extends LayerSpec> Map<String, Integer> buffers(
            LayerCompiler<L> compiler, PlannedLayer layer, boolean hasInputGradient) {
        return compiler.buffers((L) layer.spec(), layer, hasInputGradient);
    }

    @SuppressWarnings("unchecked")
    private static <L extends LayerSpec> MemoryNeed ownMemory(LayerCompiler<L> compiler, PlannedLayer layer, int rows) {
        return compiler.ownMemory((L) layer.spec(), layer, rows);
    }

    @SuppressWarnings("unchecked")
    private static <L extends LayerSpec> long scratchFloats(LayerCompiler<L> compiler, PlannedLayer layer) {
        return compiler.scratchFloats((L) layer.spec(), layer);
    }

    /** Values lie row by row with the last dimension fastest, whatever their shape, so there is nothing to do. */
    private static final class PassThrough<L extends LayerSpec> implements LayerCompiler<L> {
        @Override
        public @Nullable String objection(L spec, PlannedLayer layer) {
            return null;
        }

        @Override
        public void compile(L spec, PlannedLayer layer, Compilation network) {
            network.passThrough();
        }
    }
}
