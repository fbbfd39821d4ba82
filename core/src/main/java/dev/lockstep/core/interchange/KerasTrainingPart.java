package dev.lockstep.core.interchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Keras's training_config: the loss and the optimizer where the job file has them, else a note. */
final class KerasTrainingPart {
    private static final Map<String, String> LOSSES = Map.ofEntries(
            Map.entry("meansquarederror", "mse"),
            Map.entry("mse", "mse"),
            Map.entry("meanabsoluteerror", "mae"),
            Map.entry("mae", "mae"),
            Map.entry("meanabsolutepercentageerror", "mape"),
            Map.entry("mape", "mape"),
            Map.entry("meansquaredlogarithmicerror", "msle"),
            Map.entry("msle", "msle"),
            Map.entry("hinge", "hinge"),
            Map.entry("huber", "huber"),
            Map.entry("binarycrossentropy", "binary_crossentropy"),
            Map.entry("categoricalcrossentropy", "categorical_crossentropy"),
            Map.entry("sparsecategoricalcrossentropy", "sparse_categorical_crossentropy"));
    private static final Map<String, String> OPTIMIZERS = Map.of(
            "sgd", "sgd",
            "rmsprop", "rmsprop",
            "adam", "adam",
            "adamw", "adamw",
            "nadam", "nadam",
            "adagrad", "adagrad",
            "adadelta", "adadelta");
    /** What these have in common with the job file, by Keras's names. */
    private static final Map<String, Set<String>> SETTINGS = Map.of(
            "sgd", Set.of("learning_rate", "momentum", "nesterov"),
            "rmsprop", Set.of("learning_rate", "rho", "momentum", "epsilon", "centered"),
            "adam", Set.of("learning_rate", "beta_1", "beta_2", "epsilon"),
            "adamw", Set.of("learning_rate", "weight_decay", "beta_1", "beta_2", "epsilon"),
            "nadam", Set.of("learning_rate", "beta_1", "beta_2", "epsilon"),
            "adagrad", Set.of("learning_rate", "initial_accumulator_value", "epsilon"),
            "adadelta", Set.of("learning_rate", "rho", "epsilon"));

    private final ModelDraft draft;

    KerasTrainingPart(ModelDraft draft) {
        this.draft = draft;
    }

    void take(ObjectNode training) {
        loss(training.path("loss"));
        optimizer(training.path("optimizer_config"));
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private void loss(JsonNode given) {
        String written =
                given.isTextual() ? given.asText() : given.path("class_name").asText();
        // Keras 3 wraps a loss that was given by name: {"class_name": "function", "config": "mse"}.
        String inner = given.path("config").isTextual() ? given.path("config").asText() : written;
        String name = LOSSES.get(plain(inner));
        JsonNode settings = given.path("config");
        if (name == null || settings.path("label_smoothing").asDouble() != 0) {
            draft.note("the loss " + Dl4jLayers.shown(given.toString())
                    + " is not taken over; set training.loss to train" + " on");
            return;
        }
        ObjectNode own = ModelDraft.object();
        if (settings.path("from_logits").asBoolean()) {
            own.putObject(name).put("from_logits", true);
        } else if (name.equals("huber") && settings.has("delta")) {
            own.putObject(name).put("delta", settings.path("delta").asDouble());
        }
        draft.loss(own.isEmpty() ? JsonNodeFactory.instance.textNode(name) : own);
    }

    private void optimizer(JsonNode given) {
        String name = OPTIMIZERS.get(plain(given.path("class_name").asText()));
        JsonNode settings = given.path("config");
        boolean isPlain = settings.path("learning_rate").isNumber()
                && !settings.path("amsgrad").asBoolean()
                && !settings.path("use_ema").asBoolean()
                && (!settings.hasNonNull("weight_decay") || "adamw".equals(name));
        Set<String> known = name == null ? null : SETTINGS.get(name);
        if (known == null || !isPlain) {
            draft.note(
                    "the optimizer " + Dl4jLayers.shown(given.path("class_name").asText())
                            + " with these settings is not taken over; set training.optimizer to train on");
            return;
        }
        ObjectNode optimizer = ModelDraft.object();
        ObjectNode own = optimizer.putObject(name);
        for (String setting : known) {
            if (settings.hasNonNull(setting)) {
                own.set(setting, settings.path(setting));
            }
        }
        draft.optimizer(optimizer);
    }
}
