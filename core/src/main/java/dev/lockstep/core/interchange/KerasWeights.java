package dev.lockstep.core.interchange;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.ParameterBlock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The weights of Keras in the order of the flat vector: Keras keeps the last dimension fastest. */
final class KerasWeights {
    private final HdfModel file;
    private final ModelDraft draft;
    private final Map<String, String> kerasNames = new HashMap<>();

    KerasWeights(HdfModel file, ModelDraft draft) {
        this.file = file;
        this.draft = draft;
    }

    /** Says under which name Keras keeps the weights of a layer. */
    void belongTo(String layer, String kerasName) {
        kerasNames.put(layer, kerasName);
    }

    /** Takes the weights of all layers. */
    void take(NetworkPlan plan) {
        for (PlannedLayer layer : plan.layers()) {
            if (!layer.blocks().isEmpty()) {
                take(layer, file.weightsOf(kerasNames.getOrDefault(layer.name(), layer.name())));
            }
        }
    }

    private void take(PlannedLayer layer, Map<String, HdfModel.Weight> found) {
        for (ParameterBlock block : layer.blocks()) {
            String name = block.spec().name();
            HdfModel.Weight weight = found.get(name);
            float[] values;
            if (weight == null && (name.equals("gamma") || name.equals("beta"))) {
                // Keras leaves out what scale and center are false for.
                values = new float[block.length()];
                Arrays.fill(values, name.equals("gamma") ? 1 : 0);
            } else if (weight == null) {
                throw new Refusal("layer \"" + layer.name() + "\": no weight " + name + " in the file");
            } else {
                values = ordered(weight, block);
            }
            draft.put(layer.name(), name, values);
        }
    }

    private static float[] ordered(HdfModel.Weight weight, ParameterBlock block) {
        List<Integer> sizes = block.spec().shape().dimensions();
        int[] wanted = sizes.stream().mapToInt(Integer::intValue).toArray();
        if (!Arrays.equals(wanted, weight.sizes())) {
            throw new Refusal("layer \"" + block.layer() + "\" " + block.spec().name() + ": saved "
                    + Arrays.toString(weight.sizes()) + ", model " + sizes);
        }
        float[] values = weight.values();
        return switch (wanted.length) {
            case 2 -> transposed(values, wanted[0], wanted[1]);
            case 4 -> kernelOfImages(values, wanted);
            default -> values;
        };
    }

    /** From (inputs, units) to unit by unit. */
    private static float[] transposed(float[] values, int inputs, int units) {
        float[] ordered = new float[values.length];
        for (int input = 0; input < inputs; input++) {
            for (int unit = 0; unit < units; unit++) {
                ordered[unit * inputs + input] = values[input * units + unit];
            }
        }
        return ordered;
    }

    /** From (height, width, channels, filters) to filter by filter, in it channel by channel. */
    private static float[] kernelOfImages(float[] values, int[] sizes) {
        int cells = sizes[0] * sizes[1];
        int channels = sizes[2];
        int filters = sizes[3];
        float[] ordered = new float[values.length];
        for (int cell = 0; cell < cells; cell++) {
            for (int channel = 0; channel < channels; channel++) {
                for (int filter = 0; filter < filters; filter++) {
                    ordered[(filter * channels + channel) * cells + cell] =
                            values[(cell * channels + channel) * filters + filter];
                }
            }
        }
        return ordered;
    }
}
