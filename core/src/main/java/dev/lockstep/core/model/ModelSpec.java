package dev.lockstep.core.model;

import dev.lockstep.core.model.layer.InputLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The network of a job: a stack of layers, as in a Keras Sequential model.
 *
 * @param layers from input to output
 * @param initialWeights a saved model to take the first parameters from; null for drawn ones
 * @param initialLayers the layers that are taken from it; empty for all
 * @param frozen names of the layers that are not trained
 */
public record ModelSpec(
        @Setting("The layers from input to output; the input shape comes from the data.") List<LayerSpec> layers,
        @Setting(
                        value =
                                "Where training begins: a run directory, or its model directory, whose saved model gives"
                                        + " the first parameters, layer by layer, by name and shape (Keras's load_weights, by"
                                        + " name). A local path or a Hadoop URI; read at the start of a run, not when it is"
                                        + " resumed. By default the layers' initialisers draw them.",
                        optional = true)
                @Nullable
                String initialWeights,
        @Setting(
                        value =
                                "Names of the layers that take their parameters from `initial_weights`; all others begin"
                                        + " with drawn ones, as a new head does. By default all layers, and the saved model"
                                        + " has to have just these.",
                        byDefault = "[]")
                List<String> initialLayers,
        @Setting(
                        value = "Names of the layers that are not trained (Keras's layer.trainable = False), such as"
                                + " `[conv2d, conv2d_1]`: their parameters stay as they are to the bit, their penalties"
                                + " do not count, they are no part of the norm of clip_norm, and a frozen"
                                + " batch_normalization normalises by its moving statistics.",
                        byDefault = "[]")
                List<String> frozen) {
    public ModelSpec {
        layers = List.copyOf(layers);
        initialLayers = List.copyOf(initialLayers);
        frozen = List.copyOf(frozen);
        new Checks()
                .that("layers", !layers.isEmpty(), "at least one layer", "none")
                .that(
                        "layers",
                        layers.stream().skip(1).noneMatch(InputLayer.class::isInstance),
                        "input as the first layer, if at all",
                        "one behind another layer")
                .that(
                        "initial_layers",
                        initialLayers.isEmpty() || initialWeights != null,
                        "initial_weights, which the layers are taken from",
                        initialLayers + " without it")
                .that(
                        "initial_weights",
                        initialWeights == null || !initialWeights.isBlank(),
                        "a run directory or a model directory",
                        "\"\"")
                .done();
    }

    /** All layers trained from drawn parameters. */
    public ModelSpec(List<LayerSpec> layers) {
        this(layers, null, List.of(), List.of());
    }

    /** The names of the layers, given or made from their kinds as Keras does: dense, dense_1, ... */
    public List<String> layerNames() {
        Map<String, Integer> used = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (LayerSpec layer : layers) {
            String given = layer.name();
            names.add(given != null ? given : automaticName(Alternatives.nameOf(kindOf(layer)), used));
        }
        return names;
    }

    private static Class<? extends Record> kindOf(LayerSpec layer) {
        return layer.getClass().asSubclass(Record.class);
    }

    private static String automaticName(String kind, Map<String, Integer> used) {
        int count = used.merge(kind, 1, Integer::sum);
        return count == 1 ? kind : kind + "_" + (count - 1);
    }
}
