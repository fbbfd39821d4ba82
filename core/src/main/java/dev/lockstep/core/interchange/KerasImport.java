package dev.lockstep.core.interchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.StrictJson;
import dev.lockstep.core.data.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Sequential model of Keras 2 or 3 from its HDF5 file, {@code model.save("model.h5")}: the layers from the attribute
 * model_config, the weights from the group model_weights, loss and optimizer from training_config where these are known.
 */
public final class KerasImport {
    private final HdfModel file;
    private final ModelDraft draft;
    private final KerasWeights weights;
    private final boolean isKeras2;
    private @Nullable Shape input;

    private KerasImport(HdfModel file, String name, @Nullable Shape givenShape) {
        this.file = file;
        this.draft = new ModelDraft(name);
        this.weights = new KerasWeights(file, draft);
        this.isKeras2 = String.valueOf(file.text("keras_version")).startsWith("2");
        this.input = givenShape;
    }

    /**
     * Reads a file.
     *
     * @param in the file; not closed
     * @param name of the job to make
     * @param givenShape of one input sample, where the file does not tell; else null
     * @throws dev.lockstep.core.error.LockstepException naming the layer or weight, and why it is refused
     */
    public static ImportedModel read(InputStream in, String name, @Nullable Shape givenShape) throws IOException {
        try (HdfModel file = HdfModel.read(in, HdfModel.MOST_BYTES)) {
            return new KerasImport(file, name, givenShape).translate();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new Refusal("sizes that do not fit: " + e.getMessage(), e);
        }
    }

    private static ObjectNode json(String text, String attribute) {
        try {
            return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new Refusal("attribute " + attribute + ": expected one JSON object: " + e.getMessage(), e);
        }
    }

    private ImportedModel translate() {
        String configuration = file.text("model_config");
        if (configuration == null) {
            throw new Refusal("no attribute model_config: these are weights alone; save the whole model with"
                    + " model.save(\"model.h5\")");
        }
        ObjectNode model = json(configuration, "model_config");
        String kind = model.path("class_name").asText();
        if (!kind.equals("Sequential")) {
            throw new Refusal(
                    "a model of the class " + Dl4jLayers.shown(kind) + "; only a Sequential can be taken over");
        }
        JsonNode inner = model.path("config");
        JsonNode layers = inner.isArray() ? inner : inner.path("layers");
        shapeFrom(inner.path("build_input_shape"));
        for (int i = 0; i < layers.size(); i++) {
            translate(i, layers.get(i));
        }
        draft.requireNoProblems("layers of this model");
        Shape shape = input;
        if (shape == null) {
            throw new Refusal("the file does not tell the shape of the input; give it: --input-shape SIZES");
        }
        train();
        weights.take(draft.network(shape));
        return draft.finish(shape);
    }

    /** The first shape that is told counts, without the batch. */
    private void shapeFrom(JsonNode batchShape) {
        if (input != null || batchShape.size() < 2) {
            return;
        }
        List<Integer> sizes = new ArrayList<>();
        for (int i = 1; i < batchShape.size(); i++) {
            if (batchShape.get(i).asInt() < 1) {
                return;
            }
            sizes.add(batchShape.get(i).asInt());
        }
        input = new Shape(sizes);
    }

    private void translate(int index, JsonNode layer) {
        String kind = layer.path("class_name").asText();
        JsonNode settings = layer.path("config");
        shapeFrom(settings.path("batch_input_shape"));
        shapeFrom(settings.path("batch_shape"));
        if (kind.equals("InputLayer")) {
            return;
        }
        KerasLayers translation = new KerasLayers(draft, index, kind, settings, isKeras2);
        String name = translation.add();
        if (name == null) {
            return;
        }
        weights.belongTo(name, settings.path("name").asText());
        if (!settings.path("trainable").asBoolean(true)) {
            draft.freeze(name);
        }
    }

    private void train() {
        String training = file.text("training_config");
        if (training == null) {
            draft.note("the model was saved without loss and optimizer; set training.loss and training.optimizer to"
                    + " train on");
            return;
        }
        new KerasTrainingPart(draft).take(json(training, "training_config"));
    }
}
