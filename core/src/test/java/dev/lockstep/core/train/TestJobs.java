package dev.lockstep.core.train;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.InMemorySamples;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.random.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Small jobs and samples for engine tests; everything keyed by a seed. */
final class TestJobs {
    static final int FEATURES = 12;
    static final int CLASSES = 4;

    private TestJobs() {}

    /** A two-layer classifier; the overrides are as on the command line. */
    static JobConfig classifier(String... overrides) {
        return JobFile.read(
                """
                name: engine-test
                seed: 7
                data: {format: idx, directory: unused}
                model:
                  layers:
                    - dense: {units: 16, activation: relu, kernel_regularizer: {l2: 0.001}}
                    - dropout: {rate: 0.25}
                    - dense: {units: 4, activation: softmax}
                training:
                  loss: sparse_categorical_crossentropy
                  optimizer: {sgd: {learning_rate: 0.05}}
                  batch_size: 30
                  epochs: 5
                  metrics: [accuracy]
                checkpoint: {every: 1000 epochs}
                """,
                "engine-test.yaml",
                List.of(overrides),
                Map.of());
    }

    /** Samples around one centre per class, and their labels. */
    static InMemorySamples samples(long seed, int count) {
        return samples(seed, count, Shape.of(FEATURES), label -> label);
    }

    private static InMemorySamples samples(long seed, int count, Shape shape, DoubleUnaryOperator labelOfClass) {
        int size = shape.size();
        float[] features = new float[count * size];
        float[] labels = new float[count];
        long centres = CounterRandom.key(seed, "centres");
        for (int i = 0; i < count; i++) {
            long key = CounterRandom.key(seed, i);
            int label = CounterRandom.below(key, 1000, CLASSES);
            labels[i] = (float) labelOfClass.applyAsDouble(label);
            for (int j = 0; j < size; j++) {
                double centre = CounterRandom.normal(centres, (long) label * size + j);
                features[i * size + j] = (float) (0.7 * centre + CounterRandom.normal(key, j));
            }
        }
        return new InMemorySamples(shape, 1, features, labels);
    }

    /** The first samples for training, the rest for validation. */
    static TrainingData data(long seed, int train, int validation) {
        return data(seed, train, validation, Shape.of(FEATURES));
    }

    /** The same with samples of another shape. */
    static TrainingData data(long seed, int train, int validation, Shape shape) {
        return data(samples(seed, train + validation, shape, label -> label), train, validation);
    }

    /** The same with something else than its class as the label of a sample. */
    static TrainingData data(long seed, int train, int validation, DoubleUnaryOperator labelOfClass) {
        return data(samples(seed, train + validation, Shape.of(FEATURES), labelOfClass), train, validation);
    }

    /** The same with weights of their own, from 0 to 3. */
    static TrainingData weightedData(long seed, int train, int validation) {
        int count = train + validation;
        float[] features = new float[count * FEATURES];
        float[] labels = new float[count];
        float[] weights = new float[count];
        InMemorySamples plain = samples(seed, count);
        MiniBatch one = new MiniBatch(1, FEATURES, 1);
        for (int i = 0; i < count; i++) {
            plain.read(new int[] {i}, 0, 1, one);
            System.arraycopy(one.features(), 0, features, i * FEATURES, FEATURES);
            labels[i] = plain.label(i);
            weights[i] = i % 7 == 0 ? 0 : 3 * CounterRandom.uniformFloat(CounterRandom.key(seed, "weights"), i);
        }
        return data(new InMemorySamples(Shape.of(FEATURES), 1, features, labels, weights), train, validation);
    }

    private static TrainingData data(InMemorySamples samples, int train, int validation) {
        int[] all = IntStream.range(0, train + validation).toArray();
        return new TrainingData(
                samples, Arrays.copyOfRange(all, 0, train), Arrays.copyOfRange(all, train, train + validation), null);
    }
}
