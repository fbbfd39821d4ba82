package dev.lockstep.core.interchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.ModelSpec;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A job in the making: layers as the job file has them, and the values of their parameters. */
final class ModelDraft {
    /** A network of more has no flat vector. */
    private static final long MOST_PARAMETERS = Integer.MAX_VALUE - 8;

    private record Key(String layer, String parameter) {}

    private final String name;
    private final ArrayNode layers = array();
    private final ArrayNode frozen = array();
    private final Set<String> names = new HashSet<>();
    private final Map<Key, float[]> values = new HashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private String lastActivation = "linear";
    private @Nullable JsonNode loss;
    private @Nullable JsonNode optimizer;

    /** @param name what the job is called, of any characters */
    ModelDraft(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
        this.name = plain.isEmpty() ? "imported" : plain;
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** Adds a layer as the job file has it; a name that is taken gets a number. Gives the layer's name. */
    String add(String kind, @Nullable String wanted, ObjectNode settings) {
        String base = wanted == null || wanted.isBlank() ? kind : wanted;
        String unique = base;
        for (int i = 1; !names.add(unique); i++) {
            unique = base + "_" + i;
        }
        settings.put("name", unique);
        lastActivation = settings.path("activation").asText("linear");
        layers.addObject().set(kind, settings);
        return unique;
    }

    /** Gives a parameter its values, in the order of the flat vector. */
    void put(String layer, String parameter, float[] parameterValues) {
        for (float value : parameterValues) {
            if (!Float.isFinite(value)) {
                throw new Refusal("layer \"" + layer + "\" " + parameter + ": holds " + value
                        + "; a model that diverged is not taken");
            }
        }
        values.put(new Key(layer, parameter), parameterValues);
    }

    void freeze(String layer) {
        frozen.add(layer);
    }

    void loss(JsonNode value) {
        loss = value;
    }

    void optimizer(JsonNode value) {
        optimizer = value;
    }

    /** Something that a person should know. */
    void note(String text) {
        notes.add(text);
    }

    /** Something that cannot be taken over; all such are told together. */
    void problem(String text) {
        problems.add(text);
    }

    /** Refuses the model when there were problems. */
    void requireNoProblems(String what) {
        if (!problems.isEmpty()) {
            throw new Refusal(what + " cannot be taken over:\n  " + String.join("\n  ", problems));
        }
    }

    /** The network, to ask it for shapes; without the loss's demands. */
    NetworkPlan network(Shape input) {
        JobConfig job = job();
        return plan(job.model(), job, input);
    }

    /** The finished model. */
    ImportedModel finish(Shape input) {
        JobConfig job = job();
        NetworkPlan plan = plan(job.model(), job, input);
        float[] parameters = new float[plan.parameterCount()];
        Map<Key, float[]> unused = new HashMap<>(values);
        for (ParameterBlock block : plan.blocks()) {
            float[] found = unused.remove(new Key(block.layer(), block.spec().name()));
            String where = "layer \"" + block.layer() + "\" " + block.spec().name();
            if (found == null || found.length != block.length()) {
                throw new Refusal(where + ": expected " + block.length() + " values of shape "
                        + block.spec().shape() + ", found " + (found == null ? "none" : found.length));
            }
            System.arraycopy(found, 0, parameters, block.offset(), found.length);
        }
        if (!unused.isEmpty()) {
            throw new Refusal("parameters that no layer has: " + unused.keySet());
        }
        return new ImportedModel(job, input, parameters, notes);
    }

    private static NetworkPlan plan(ModelSpec model, JobConfig job, Shape input) {
        try {
            return NetworkPlan.of(model, input, job.training().loss());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new Refusal("the layers do not fit the input " + input + ": " + e.getMessage(), e);
        }
    }

    private JobConfig job() {
        ObjectNode job = object();
        job.put("name", name);
        job.putObject("data").put("format", "idx").put("directory", "data");
        ObjectNode model = job.putObject("model");
        model.set("layers", layers);
        model.set("frozen", frozen);
        ObjectNode training = job.putObject("training");
        training.set("loss", loss == null ? defaultLoss() : loss);
        if (optimizer != null) {
            training.set("optimizer", optimizer);
        }
        try {
            return JobFile.fromJson(job.toString());
        } catch (LockstepException e) {
            throw new Refusal("the model makes no valid job: " + e.getMessage(), e);
        }
    }

    /** What suits the last activation. */
    private JsonNode defaultLoss() {
        return JsonNodeFactory.instance.textNode(
                switch (lastActivation) {
                    case "softmax" -> "sparse_categorical_crossentropy";
                    case "sigmoid" -> "binary_crossentropy";
                    default -> "mse";
                });
    }

    /**
     * How many values a shape has.
     *
     * @throws Refusal when they are more than a network can have
     */
    static int size(long[] dimensions, String where) {
        long size = 1;
        for (long dimension : dimensions) {
            if (dimension < 0 || (dimension > 0 && size > MOST_PARAMETERS / dimension)) {
                throw new Refusal(where + ": a size of " + dimension + " in a shape that is too large");
            }
            size *= dimension;
        }
        return (int) size;
    }
}
