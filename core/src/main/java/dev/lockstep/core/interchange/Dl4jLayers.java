package dev.lockstep.core.interchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One layer of DL4J as one of the job file; each method adds it and gives its name. */
final class Dl4jLayers {
    private static final String ACTIVATIONS = "org.nd4j.linalg.activations.impl.";
    private static final Map<String, String> ACTIVATION_NAMES = Map.of(
            "ActivationIdentity", "linear",
            "ActivationSigmoid", "sigmoid",
            "ActivationTanH", "tanh",
            "ActivationReLU", "relu",
            "ActivationELU", "elu",
            "ActivationSELU", "selu",
            "ActivationSoftPlus", "softplus",
            "ActivationSwish", "swish",
            "ActivationLReLU", "leaky_relu",
            "ActivationSoftmax", "softmax");
    private static final double LEAKY_RELU_SLOPE = 0.2;

    private final ModelDraft draft;
    private final Dl4jParameters parameters;
    private final int index;
    private final JsonNode layer;

    Dl4jLayers(ModelDraft draft, Dl4jParameters parameters, int index, JsonNode layer) {
        this.draft = draft;
        this.parameters = parameters;
        this.index = index;
        this.layer = layer;
    }

    /** A class's name as a message may show it. */
    static String shown(String type) {
        String plain = type.replaceAll("[^A-Za-z0-9_.$]", "?");
        return plain.substring(Math.max(0, plain.lastIndexOf('.') + 1), Math.min(plain.length(), 200));
    }

    private void problem(String why) {
        draft.problem("layer " + index + " (" + shown(layer.path("@class").asText()) + "): " + why);
    }

    private String add(String kind, ObjectNode settings) {
        addDropoutOfInputs();
        for (String setting : List.of("hasLayerNorm", "lockGammaBeta")) {
            if (layer.path(setting).asBoolean()) {
                problem(setting + " is not known");
            }
        }
        if (layer.hasNonNull("weightNoise")) {
            problem("weightNoise is not known");
        }
        return draft.add(
                kind,
                layer.path("layerName").isTextual() ? layer.path("layerName").asText() : null,
                settings);
    }

    /** DL4J drops a layer's inputs as a part of the layer. */
    private void addDropoutOfInputs() {
        boolean isLayerOfItsOwn = layer.path("@class").asText().endsWith(".DropoutLayer");
        if (!isLayerOfItsOwn && layer.hasNonNull("idropout")) {
            double rate = dropoutRate();
            if (rate > 0) {
                draft.add("dropout", null, ModelDraft.object().put("rate", rate));
            }
        }
    }

    private double dropoutRate() {
        JsonNode dropout = layer.path("idropout");
        boolean isPlain = dropout.path("@class").asText().equals("org.deeplearning4j.nn.conf.dropout.Dropout")
                && !dropout.hasNonNull("pSchedule");
        double kept = dropout.path("p").asDouble(-1);
        if (!isPlain || kept <= 0 || kept > 1) {
            problem("dropout other than Dropout(p) is not known");
            return 0;
        }
        return 1 - kept;
    }

    private String activationName() {
        JsonNode function = layer.path("activationFn");
        String type = function.path("@class").asText();
        String name = type.startsWith(ACTIVATIONS) ? ACTIVATION_NAMES.get(type.substring(ACTIVATIONS.length())) : null;
        boolean isOther = ("elu".equals(name) && function.path("alpha").asDouble(1) != 1)
                || ("leaky_relu".equals(name) && function.path("alpha").asDouble() != LEAKY_RELU_SLOPE);
        if (name == null || isOther) {
            problem("activation " + shown(type) + (isOther ? " with alpha " + function.path("alpha") : "")
                    + " has no counterpart by this formula");
            return "linear";
        }
        return name;
    }

    private int size(String key) {
        int size = layer.path(key).asInt();
        if (size < 1) {
            problem(key + ": expected a number above 0, found " + layer.path(key));
            return 1;
        }
        return size;
    }

    private String where() {
        return "layer " + index;
    }

    String dense() {
        int inputs = size("nin");
        int units = size("nout");
        boolean hasBias = layer.path("hasBias").asBoolean(true);
        String name = add(
                "dense",
                ModelDraft.object()
                        .put("units", units)
                        .put("activation", activationName())
                        .put("use_bias", hasBias));
        float[] kernel = parameters.take((long) inputs * units, where());
        draft.put(name, "kernel", parameters.kernel(kernel, inputs, units));
        if (hasBias) {
            draft.put(name, "bias", parameters.take(units, where()));
        }
        return name;
    }

    String activation() {
        return add("activation", ModelDraft.object().put("activation", activationName()));
    }

    String dropout() {
        return add("dropout", ModelDraft.object().put("rate", dropoutRate()));
    }

    String normalization() {
        int features = size("nout");
        double epsilon = layer.path("eps").asDouble();
        String name = add(
                "batch_normalization",
                ModelDraft.object()
                        .put("momentum", layer.path("decay").asDouble())
                        .put("epsilon", epsilon));
        draft.put(name, "gamma", parameters.perInput(parameters.take(features, where())));
        draft.put(name, "beta", parameters.perInput(parameters.take(features, where())));
        draft.put(name, "moving_mean", parameters.perInput(parameters.take(features, where())));
        float[] variance = parameters.perInput(parameters.take(features, where()));
        if (layer.path("useLogStd").asBoolean()) {
            for (int i = 0; i < features; i++) {
                variance[i] = (float) Math.pow(10, 2.0 * variance[i]);
            }
        }
        draft.put(name, "moving_variance", variance);
        return name;
    }

    String convolution() {
        int channels = size("nin");
        int filters = size("nout");
        boolean hasBias = layer.path("hasBias").asBoolean(true);
        ObjectNode settings = windows("kernelSize", "kernel_size")
                .put("filters", filters)
                .put("activation", activationName())
                .put("use_bias", hasBias);
        JsonNode kernel = layer.path("kernelSize");
        String name = add("conv2d", settings);
        if (hasBias) {
            draft.put(name, "bias", parameters.take(filters, where()));
        }
        long window = ModelDraft.size(
                new long[] {
                    filters, channels, kernel.path(0).asInt(), kernel.path(1).asInt()
                },
                where());
        draft.put(name, "kernel", parameters.take(window, where()));
        return name;
    }

    @Nullable
    String pooling() {
        String type = layer.path("poolingType").asText();
        if (!type.equals("MAX") && !type.equals("AVG")) {
            problem("pooling of the type " + shown(type));
            return null;
        }
        if (type.equals("AVG") && layer.path("avgPoolIncludePadInDivisor").asBoolean()) {
            problem("a mean that counts the padding");
        }
        return add(type.equals("MAX") ? "max_pooling2d" : "average_pooling2d", windows("kernelSize", "pool_size"));
    }

    private ObjectNode windows(String key, String name) {
        ObjectNode settings = ModelDraft.object();
        settings.set(name, pair(key));
        settings.set("strides", pair("stride"));
        String mode = layer.path("convolutionMode").asText();
        if (!List.of("Same", "Truncate", "Strict").contains(mode)) {
            problem("convolutionMode " + shown(mode));
        }
        settings.put("padding", mode.equals("Same") ? "same" : "valid");
        requireEach("dilation", 1);
        if (!mode.equals("Same")) {
            requireEach("padding", 0);
        }
        return settings;
    }

    private JsonNode pair(String key) {
        JsonNode sizes = layer.path(key);
        if (sizes.size() != 2 || sizes.path(0).asInt() < 1 || sizes.path(1).asInt() < 1) {
            problem(key + ": expected two numbers above 0, found " + sizes);
            return ModelDraft.array().add(1).add(1);
        }
        return ModelDraft.array().add(sizes.get(0).asInt()).add(sizes.get(1).asInt());
    }

    private void requireEach(String key, int value) {
        for (JsonNode found : layer.path(key)) {
            if (found.asInt() != value) {
                problem(key + " " + layer.path(key) + "; only " + value + " is known");
                return;
            }
        }
    }

    @Nullable
    String globalPooling() {
        String type = layer.path("poolingType").asText();
        if (!type.equals("AVG") || !layer.path("collapseDimensions").asBoolean(true)) {
            problem("only the mean of each channel is known");
            return null;
        }
        return add("global_average_pooling2d", ModelDraft.object());
    }
}
