package dev.lockstep.core.interchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One layer of Keras as one of the job file. */
final class KerasLayers {
    private static final Set<String> ACTIVATIONS = Set.of(
            "linear",
            "sigmoid",
            "tanh",
            "relu",
            "elu",
            "selu",
            "softplus",
            "swish",
            "hard_sigmoid",
            "leaky_relu",
            "gelu",
            "softmax");
    private static final Map<String, String> OTHER_NAMES = Map.of("silu", "swish");
    private static final double LEAKY_RELU_SLOPE = 0.2;

    private final ModelDraft draft;
    private final int index;
    private final String kind;
    private final JsonNode settings;
    private final boolean isKeras2;

    KerasLayers(ModelDraft draft, int index, String kind, JsonNode settings, boolean isKeras2) {
        this.draft = draft;
        this.index = index;
        this.kind = kind;
        this.settings = settings;
        this.isKeras2 = isKeras2;
    }

    private void problem(String why) {
        draft.problem("layer " + index + " \""
                + Dl4jLayers.shown(settings.path("name").asText()) + "\" (" + Dl4jLayers.shown(kind) + "): " + why);
    }

    /** Adds the layer and gives its name; null where it cannot be taken over. */
    @Nullable
    String add() {
        ObjectNode layer = ModelDraft.object();
        String ours =
                switch (kind) {
                    case "Dense" -> dense(layer);
                    case "Conv2D" -> convolution(layer);
                    case "MaxPooling2D" -> pooling(layer, "max_pooling2d");
                    case "AveragePooling2D" -> pooling(layer, "average_pooling2d");
                    case "GlobalAveragePooling2D" -> globalPooling();
                    case "BatchNormalization" -> normalization(layer);
                    case "Dropout" -> dropout(layer);
                    case "Flatten" -> flatten();
                    case "Activation" -> activation(layer, activationName("activation"));
                    case "ReLU" -> relu(layer);
                    case "Softmax" -> softmax(layer);
                    case "LeakyReLU" -> leakyRelu(layer);
                    case "Reshape" -> reshape(layer);
                    default -> {
                        problem("there is no such layer here");
                        yield null;
                    }
                };
        return ours == null ? null : draft.add(ours, settings.path("name").asText(), layer);
    }

    private String dense(ObjectNode layer) {
        layer.put("units", settings.path("units").asInt());
        weighted(layer);
        return "dense";
    }

    /** What all layers with a kernel and a bias have. */
    private void weighted(ObjectNode layer) {
        layer.put("activation", activationName("activation"));
        layer.put("use_bias", settings.path("use_bias").asBoolean(true));
        regularize("kernel_regularizer", layer);
        regularize("bias_regularizer", layer);
        for (String other : List.of("activity_regularizer", "kernel_constraint", "bias_constraint")) {
            if (settings.hasNonNull(other)) {
                draft.note("layer \"" + settings.path("name").asText() + "\": its " + other
                        + " is not taken over; it matters only for training on");
            }
        }
    }

    private void regularize(String key, ObjectNode layer) {
        if (!settings.hasNonNull(key)) {
            return;
        }
        JsonNode penalty = settings.path(key).path("config");
        double l1 = penalty.path("l1").asDouble();
        double l2 = penalty.path("l2").asDouble();
        if (l1 >= 0 && l2 >= 0 && (penalty.has("l1") || penalty.has("l2"))) {
            layer.putObject(key).put("l1", l1).put("l2", l2);
        } else {
            draft.note("layer \"" + settings.path("name").asText() + "\": its " + key
                    + " is not taken over; it matters only for training on");
        }
    }

    private String activationName(String key) {
        JsonNode given = settings.path(key);
        String written =
                given.isTextual() ? given.asText() : given.path("config").asText(given.isNull() ? "linear" : "?");
        String name = OTHER_NAMES.getOrDefault(written, written);
        if (isKeras2 && name.equals("hard_sigmoid")) {
            problem("hard_sigmoid of Keras 2 is 0.2 x + 1/2, here it is Keras 3's x / 6 + 1/2");
        } else if (!ACTIVATIONS.contains(name)) {
            problem("activation " + Dl4jLayers.shown(given.toString()) + " is not known");
            return "linear";
        }
        return name;
    }

    private String convolution(ObjectNode layer) {
        layer.put("filters", settings.path("filters").asInt());
        requireChannelsLast();
        if (settings.path("groups").asInt(1) != 1) {
            problem("groups " + settings.path("groups") + "; only 1 is known");
        }
        for (JsonNode dilation : settings.path("dilation_rate")) {
            if (dilation.asInt() != 1) {
                problem("dilation_rate " + settings.path("dilation_rate") + "; only 1 is known");
            }
        }
        layer.set("kernel_size", sizes("kernel_size"));
        layer.set("strides", sizes("strides"));
        padding(layer);
        weighted(layer);
        return "conv2d";
    }

    private String pooling(ObjectNode layer, String name) {
        requireChannelsLast();
        layer.set("pool_size", sizes("pool_size"));
        layer.set("strides", settings.hasNonNull("strides") ? sizes("strides") : sizes("pool_size"));
        padding(layer);
        return name;
    }

    private void padding(ObjectNode layer) {
        String padding = settings.path("padding").asText();
        if (!padding.equals("same") && !padding.equals("valid")) {
            problem("padding " + Dl4jLayers.shown(padding) + "; only same and valid are known");
            return;
        }
        layer.put("padding", padding);
    }

    private void requireChannelsLast() {
        if (settings.path("data_format").asText("channels_last").equals("channels_first")) {
            problem("data_format channels_first; images here have the channels last");
        }
    }

    private ArrayNode sizes(String key) {
        JsonNode given = settings.path(key);
        ArrayNode sizes = ModelDraft.array();
        if (given.isInt()) {
            return sizes.add(given.asInt());
        }
        given.forEach(size -> sizes.add(size.asInt()));
        return sizes;
    }

    private String globalPooling() {
        requireChannelsLast();
        if (settings.path("keepdims").asBoolean()) {
            problem("keepdims is not known");
        }
        return "global_average_pooling2d";
    }

    private String normalization(ObjectNode layer) {
        layer.put("momentum", settings.path("momentum").asDouble());
        layer.put("epsilon", settings.path("epsilon").asDouble());
        JsonNode axis = settings.path("axis").isArray() ? settings.path("axis").path(0) : settings.path("axis");
        // Keras 2 writes the number of the last axis: 1 of vectors, 3 of images. Weights of another size do not fit.
        if (!List.of(-1, 1, 3).contains(axis.asInt(-1))) {
            problem("axis " + settings.path("axis") + "; only the last one is known");
        }
        if (!settings.path("center").asBoolean(true) || !settings.path("scale").asBoolean(true)) {
            draft.note(
                    "layer \"" + settings.path("name").asText()
                            + "\": gamma or beta, which it does not have in Keras, is 1 or 0 here, and trained where the layer is");
        }
        return "batch_normalization";
    }

    private String dropout(ObjectNode layer) {
        layer.put("rate", settings.path("rate").asDouble());
        if (settings.hasNonNull("noise_shape")) {
            problem("noise_shape is not known");
        }
        return "dropout";
    }

    private String flatten() {
        requireChannelsLast();
        return "flatten";
    }

    private static String activation(ObjectNode layer, String name) {
        layer.put("activation", name);
        return "activation";
    }

    private String relu(ObjectNode layer) {
        boolean isPlain = settings.path("max_value").isNull()
                && settings.path("negative_slope").asDouble() == 0
                && settings.path("threshold").asDouble() == 0;
        if (!isPlain && !settings.path("max_value").isMissingNode()) {
            problem("only the plain relu is known, without max_value, negative_slope and threshold");
        }
        return activation(layer, "relu");
    }

    private String softmax(ObjectNode layer) {
        if (settings.path("axis").asInt(-1) != -1) {
            problem("axis " + settings.path("axis") + "; only -1 is known");
        }
        return activation(layer, "softmax");
    }

    private String leakyRelu(ObjectNode layer) {
        double slope =
                settings.path("negative_slope").asDouble(settings.path("alpha").asDouble());
        if (Math.abs(slope - LEAKY_RELU_SLOPE) > 1e-6) {
            problem("a slope of " + slope + "; only " + LEAKY_RELU_SLOPE + " is known");
        }
        return activation(layer, "leaky_relu");
    }

    private String reshape(ObjectNode layer) {
        layer.set("target_shape", sizes("target_shape"));
        return "reshape";
    }
}
