package dev.lockstep.core.model.compiled;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.DropoutMask;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.layer.DropoutLayer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Dropout by a factor for every value: 0, or 1 / (1 - rate). */
final class DropoutCompiler implements LayerCompiler<DropoutLayer> {
    private static final String FACTORS = "factors";

    @Override
    public @Nullable String objection(DropoutLayer spec, PlannedLayer layer) {
        return null;
    }

    @Override
    public Map<String, Integer> buffers(DropoutLayer spec, PlannedLayer layer, boolean hasInputGradient) {
        return spec.rate() == 0 ? Map.of() : Map.of(FACTORS, layer.input().size());
    }

    @Override
    public MemoryNeed ownMemory(DropoutLayer spec, PlannedLayer layer, int rows) {
        return spec.rate() == 0
                ? MemoryNeed.NONE
                : MemoryNeed.heapFloats(ByteCount.product(rows, layer.input().size()));
    }

    @Override
    public void compile(DropoutLayer spec, PlannedLayer layer, Compilation network) {
        if (spec.rate() == 0) {
            network.passThrough();
            return;
        }
        int rows = network.rows();
        int values = layer.input().size();
        NativeFloats input = network.input();
        NativeFloats output = network.output();
        NativeFloats factors = network.buffer(FACTORS, values);
        OneDnnElementwise elementwise = new OneDnnElementwise(network.oneDnn());
        Kernel draw = draw(new DropoutMask(layer.name(), spec.rate()), network, factors, values);
        Kernel drop = elementwise.multiply(input, factors, output, rows, values);
        network.forward(
                () -> {
                    draw.run();
                    drop.run();
                },
                () -> input.copyTo(output, rows * values));
        NativeFloats inputGradient = network.inputGradient();
        if (inputGradient != null) {
            network.backward(elementwise.multiply(network.outputGradient(), factors, inputGradient, rows, values));
        }
    }

    private static Kernel draw(DropoutMask mask, Compilation network, NativeFloats factors, int values) {
        StepInputs step = network.step();
        int rows = network.rows();
        float[] drawn = new float[rows * values];
        return () -> {
            StepContext context = step.context();
            MiniBatch batch = step.batch();
            long key = mask.epochKey(context.seed(), context.epoch());
            for (int row = 0; row < rows; row++) {
                mask.fill(key, batch.sampleIndices()[row], drawn, row * values, values);
            }
            factors.write(drawn, drawn.length);
        };
    }
}
