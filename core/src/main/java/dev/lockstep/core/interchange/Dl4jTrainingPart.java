package dev.lockstep.core.interchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Loss and updater of DL4J where the job file has one of the same formula; elsewhere a note. */
final class Dl4jTrainingPart {
    private static final String UPDATERS = "org.nd4j.linalg.learning.config.";
    private static final Map<String, String> LOSSES = Map.of(
            "LossMCXENT", "categorical_crossentropy",
            "LossNegativeLogLikelihood", "categorical_crossentropy",
            "LossSparseMCXENT", "sparse_categorical_crossentropy",
            "LossBinaryXENT", "binary_crossentropy",
            "LossMSE", "mse",
            "LossMAE", "mae");
    private static final Map<String, String> ACTIVATIONS = Map.of(
            "categorical_crossentropy", "ActivationSoftmax",
            "sparse_categorical_crossentropy", "ActivationSoftmax",
            "binary_crossentropy", "ActivationSigmoid");

    private final ModelDraft draft;

    Dl4jTrainingPart(ModelDraft draft) {
        this.draft = draft;
    }

    void loss(JsonNode function, JsonNode activation) {
        String type = Dl4jLayers.shown(function.path("@class").asText());
        String name = LOSSES.get(type);
        String needed = name == null ? null : ACTIVATIONS.get(name);
        boolean fits = needed == null
                || Dl4jLayers.shown(activation.path("@class").asText()).equals(needed);
        if (name == null || !fits) {
            draft.note("the loss " + type + " is not taken over; set training.loss to train on");
        } else {
            draft.loss(JsonNodeFactory.instance.textNode(name));
        }
    }

    void optimizer(JsonNode updater) {
        String type = updater.path("@class").asText();
        String plain = type.startsWith(UPDATERS) ? type.substring(UPDATERS.length()) : "";
        ObjectNode optimizer = ModelDraft.object();
        double rate = updater.path("learningRate").asDouble();
        if (updater.hasNonNull("learningRateSchedule") || (rate <= 0 && !plain.equals("AdaDelta"))) {
            return;
        }
        switch (plain) {
            case "Adam" -> optimizer
                    .putObject("adam")
                    .put("learning_rate", rate)
                    .put("beta_1", updater.path("beta1").asDouble())
                    .put("beta_2", updater.path("beta2").asDouble())
                    .put("epsilon", updater.path("epsilon").asDouble());
            case "Sgd" -> optimizer.putObject("sgd").put("learning_rate", rate);
            case "Nesterovs" -> optimizer
                    .putObject("sgd")
                    .put("learning_rate", rate)
                    .put("momentum", updater.path("momentum").asDouble())
                    .put("nesterov", true);
            case "AdaDelta" -> optimizer
                    .putObject("adadelta")
                    .put("learning_rate", 1)
                    .put("rho", updater.path("rho").asDouble())
                    .put("epsilon", updater.path("epsilon").asDouble());
            default -> {
                return;
            }
        }
        draft.optimizer(optimizer);
    }
}
