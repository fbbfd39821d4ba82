package dev.lockstep.core.interchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.StrictJson;
import dev.lockstep.core.data.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A MultiLayerNetwork of DL4J, from the zip that its ModelSerializer writes (1.0.0-beta and later). The JSON is read as a
 * tree; no class that it names is ever loaded, and names that are not known here are refused.
 */
public final class Dl4jImport {
    private static final String LAYERS = "org.deeplearning4j.nn.conf.layers.";
    private static final String FROZEN = LAYERS + "misc.FrozenLayer";
    private static final String PREPROCESSORS = "org.deeplearning4j.nn.conf.preprocessor.";

    private final ModelDraft draft;
    private final Dl4jParameters parameters;
    private final @Nullable Shape givenShape;
    private @Nullable Shape input;
    private boolean hasImages;

    private Dl4jImport(String name, ModelZip zip, @Nullable Shape givenShape) {
        this.draft = new ModelDraft(name);
        this.parameters = new Dl4jParameters(zip.coefficients(), draft);
        this.givenShape = givenShape;
    }

    /**
     * Reads a zip.
     *
     * @param in the zip; not closed
     * @param name of the job to make
     * @param givenShape of one input sample, where the zip does not tell; else null
     * @throws dev.lockstep.core.error.LockstepException naming the entry or layer, and why it is refused
     */
    public static ImportedModel read(InputStream in, String name, @Nullable Shape givenShape) throws IOException {
        ModelZip zip = ModelZip.read(in, ModelZip.Limits.USUAL);
        ObjectNode configuration;
        try {
            configuration = StrictJson.parse(zip.configuration());
        } catch (IOException e) {
            throw new Refusal("entry " + ModelZip.CONFIGURATION + ": expected one JSON object: " + e.getMessage(), e);
        }
        Dl4jImport model = new Dl4jImport(name, zip, givenShape);
        ImportedModel imported;
        try {
            imported = model.translate(configuration);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new Refusal("entry " + ModelZip.CONFIGURATION + ": sizes that do not fit: " + e.getMessage(), e);
        }
        if (zip.hasUpdaterState()) {
            List<String> notes = new ArrayList<>(imported.notes());
            notes.add("the optimizer's memory (updaterState.bin) is not taken over");
            return new ImportedModel(imported.job(), imported.inputShape(), imported.parameters(), notes);
        }
        return imported;
    }

    private ImportedModel translate(ObjectNode configuration) {
        JsonNode layers = configuration.path("confs");
        if (configuration.has("vertices")) {
            throw new Refusal("entry " + ModelZip.CONFIGURATION
                    + ": a ComputationGraph; only a MultiLayerNetwork can be" + " taken over");
        }
        if (!layers.isArray() || layers.isEmpty()) {
            throw new Refusal("entry " + ModelZip.CONFIGURATION + ": expected a list confs with layers, found none");
        }
        for (JsonNode layer : layers) {
            hasImages |= isOfImages(layer.path("layer"));
        }
        JsonNode preprocessors = configuration.path("inputPreProcessors");
        for (int i = 0; i < layers.size(); i++) {
            JsonNode layer = layers.get(i).path("layer");
            boolean isFrozen = layer.path("@class").asText().equals(FROZEN);
            layer = isFrozen ? layer.path("layer") : layer;
            reshape(i, preprocessors.path(String.valueOf(i)), layer);
            translate(i, layer, isFrozen);
        }
        draft.requireNoProblems("layers of this network");
        parameters.requireOrderOfOutputs();
        Shape shape = inputShape();
        return parameters.finish(shape);
    }

    private Shape inputShape() {
        Shape found = input;
        Shape given = givenShape;
        if (given != null) {
            if (found != null && found.size() != given.size()) {
                throw new Refusal("--input-shape " + given + " does not fit: the network takes " + found);
            }
            return given;
        }
        if (found == null) {
            throw new Refusal("the network begins with images and the file does not tell their size; give it:"
                    + " --input-shape HEIGHT,WIDTH,CHANNELS");
        }
        return found;
    }

    /** What DL4J does between two layers. */
    private void reshape(int index, JsonNode preprocessor, JsonNode layer) {
        String type = preprocessor.path("@class").asText();
        if (preprocessor.isMissingNode() || preprocessor.isNull()) {
            boolean isOfRows = layer.path("@class").asText().matches(".*[.](Dense|Output)Layer") || !hasImages;
            if (index == 0 && isOfRows && layer.path("nin").asInt() > 0) {
                input = Shape.of(layer.path("nin").asInt());
                flattenGiven();
            }
            return;
        }
        int height = preprocessor.path("inputHeight").asInt();
        int width = preprocessor.path("inputWidth").asInt();
        int channels = preprocessor.path("numChannels").asInt();
        boolean hasSizes = height > 0 && width > 0 && channels > 0;
        if (type.equals(PREPROCESSORS + "FeedForwardToCnnPreProcessor") && hasSizes) {
            toImages(index, Shape.of(height, width, channels));
        } else if (type.equals(PREPROCESSORS + "CnnToFeedForwardPreProcessor") && hasSizes) {
            Shape images = Shape.of(height, width, channels);
            input = index == 0 ? images : input;
            draft.add("flatten", null, ModelDraft.object());
            parameters.flattened(
                    images, !preprocessor.path("format").asText("NCHW").equals("NHWC"));
        } else {
            draft.problem("before layer " + index + ": " + (type.isEmpty() ? "a preprocessor without a class" : type));
        }
    }

    /** The network takes rows, and the samples are said to come as images. */
    private void flattenGiven() {
        Shape given = givenShape;
        if (given != null && given.rank() > 1) {
            draft.add("flatten", null, ModelDraft.object());
        }
    }

    private void toImages(int index, Shape images) {
        int channels = images.dimensions().get(2);
        if (index == 0) {
            input = images;
            if (channels > 1) {
                draft.note("DL4J took each sample channel by channel; here the channels are last, " + images);
            }
        } else if (channels == 1) {
            ObjectNode settings = ModelDraft.object();
            images.dimensions().forEach(settings.putArray("target_shape")::add);
            draft.add("reshape", null, settings);
        } else {
            draft.problem("before layer " + index + ": FeedForwardToCnnPreProcessor makes images of " + channels
                    + " channels of what a layer gives");
        }
    }

    private static boolean isOfImages(JsonNode layer) {
        String type = layer.path("@class").asText();
        return List.of("ConvolutionLayer", "SubsamplingLayer", "GlobalPoolingLayer").stream()
                .anyMatch(kind -> type.equals(LAYERS + kind));
    }

    private void translate(int index, JsonNode layer, boolean isFrozen) {
        String type = layer.path("@class").asText();
        Dl4jLayers translation = new Dl4jLayers(draft, parameters, index, layer);
        String name =
                switch (type.startsWith(LAYERS) ? type.substring(LAYERS.length()) : "") {
                    case "DenseLayer" -> translation.dense();
                    case "OutputLayer" -> {
                        String output = translation.dense();
                        new Dl4jTrainingPart(draft).loss(layer.path("lossFn"), layer.path("activationFn"));
                        yield output;
                    }
                    case "LossLayer" -> {
                        String output = translation.activation();
                        new Dl4jTrainingPart(draft).loss(layer.path("lossFn"), layer.path("activationFn"));
                        yield output;
                    }
                    case "ActivationLayer" -> translation.activation();
                    case "DropoutLayer" -> translation.dropout();
                    case "BatchNormalization" -> translation.normalization();
                    case "ConvolutionLayer" -> translation.convolution();
                    case "SubsamplingLayer" -> translation.pooling();
                    case "GlobalPoolingLayer" -> translation.globalPooling();
                    default -> {
                        draft.problem("layer " + index + ": "
                                + (type.isEmpty()
                                        ? "without a class, as DL4J wrote before 1.0.0-beta"
                                        : Dl4jLayers.shown(type)));
                        yield null;
                    }
                };
        if (isFrozen && name != null) {
            draft.freeze(name);
        }
        if (layer.has("iupdater")) {
            new Dl4jTrainingPart(draft).optimizer(layer.path("iupdater"));
        }
    }
}
