package dev.lockstep.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.evaluation.PredictionKind;
import dev.lockstep.core.model.NetworkPlan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What outputs mean, and that rows are scored alike however many come at a time. */
class PredictionsTest {
    private static NetworkPlan network(String lastLayer, String loss) {
        JobConfig job = JobFile.read(
                """
                name: outputs
                data: {format: csv, train: none, label: y}
                model: {layers: [dense: {units: 4, activation: tanh}, dense: {%s}]}
                training: {loss: %s, optimizer: sgd, batch_size: 2, epochs: 1}
                """
                        .formatted(lastLayer, loss),
                "job.yaml",
                List.of(),
                Map.of());
        return NetworkPlan.of(job.model(), Shape.of(3), job.training().loss());
    }

    private static Predictions of(String lastLayer, String loss) {
        return Predictions.of(network(lastLayer, loss));
    }

    private static float[] probabilities(Predictions predictions, float... outputs) {
        float[] target = new float[predictions.probabilityCount()];
        predictions.probabilities(outputs, 0, target);
        return target;
    }

    @Test
    void softmaxOutputsAreTheProbabilities() {
        Predictions predictions = of("units: 3, activation: softmax", "sparse_categorical_crossentropy");
        assertThat(predictions.classes()).isEqualTo(3);
        assertThat(predictions.classOf(new float[] {9, 0.2f, 0.5f, 0.3f}, 1)).isEqualTo(1);
        assertThat(probabilities(predictions, 0.2f, 0.5f, 0.3f)).containsExactly(0.2f, 0.5f, 0.3f);
    }

    @Test
    void logitsBecomeProbabilitiesWithoutOverflow() {
        Predictions classes = of("units: 3", "{sparse_categorical_crossentropy: {from_logits: true}}");
        assertThat(classes.areProbabilities()).isTrue();
        float[] values = probabilities(classes, 1_000, 999, -1_000);
        assertThat(values[0]).isCloseTo(0.7310586f, within(1e-6f));
        assertThat(values[1]).isCloseTo(0.2689414f, within(1e-6f));
        assertThat(values[2]).isZero();
        Predictions two = of("units: 1", "{binary_crossentropy: {from_logits: true}}");
        assertThat(two.kind()).isEqualTo(PredictionKind.ONE_SCORE);
        assertThat(two.classOf(new float[] {0.1f}, 0)).isEqualTo(1);
        assertThat(probabilities(two, 40)[0]).isCloseTo(4.248354e-18f, within(1e-22f));
        assertThat(probabilities(two, 40)[1]).isEqualTo(1);
    }

    @Test
    void oneOutputTellsTwoClassesApart() {
        Predictions predictions = of("units: 1, activation: sigmoid", "binary_crossentropy");
        assertThat(probabilities(predictions, 0.75f)).containsExactly(0.25f, 0.75f);
        assertThat(predictions.classOf(new float[] {0.75f}, 0)).isEqualTo(1);
        Predictions hinge = of("units: 1", "hinge");
        assertThat(hinge.areProbabilities()).isFalse();
        assertThat(probabilities(hinge, -2)).containsExactly(2, -2);
        assertThat(hinge.classOf(new float[] {-2}, 0)).isZero();
    }

    @Test
    void quantitiesAreNoClasses() {
        Predictions predictions = of("units: 2", "mse");
        assertThat(predictions.kind()).isEqualTo(PredictionKind.QUANTITIES);
        assertThat(predictions.areProbabilities()).isFalse();
        assertThatThrownBy(() -> predictions.classOf(new float[2], 0)).isInstanceOf(IllegalStateException.class);
        assertThat(of("units: 2, activation: sigmoid", "binary_crossentropy").kind())
                .isEqualTo(PredictionKind.SEVERAL_SCORES);
    }

    @Test
    void moreRowsThanABatchAreComputedBatchByBatch() {
        NetworkPlan network = network("units: 3, activation: softmax", "sparse_categorical_crossentropy");
        float[] parameters = network.initialParameters(1);
        float[] features = new float[5 * 3];
        for (int i = 0; i < features.length; i++) {
            features[i] = i / 10f;
        }
        try (ModelScorer scorer = ModelScorer.of(network, parameters, 2, 1)) {
            assertThat(scorer.inputs()).isEqualTo(3);
            assertThat(scorer.outputs()).isEqualTo(3);
            float[] all = scorer.score(features, 5).clone();
            for (int row = 0; row < 5; row++) {
                float[] one = new float[3];
                System.arraycopy(features, row * 3, one, 0, 3);
                float[] outputs = scorer.score(one, 1);
                for (int i = 0; i < 3; i++) {
                    assertThat(all[row * 3 + i]).isCloseTo(outputs[i], within(1e-6f));
                }
            }
            assertThatThrownBy(() -> scorer.score(features, 6)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> ModelScorer.of(network, new float[1], 2, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
