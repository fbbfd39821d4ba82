package dev.lockstep.core.train;

import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.FeatureEncoding;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.SampleSource;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.random.CounterRandom;
import java.util.stream.IntStream;

/** Pictures in raw form, as packed files give them: noise, and a bright quarter that tells the class. */
final class ImageBytes implements SampleSource {
    private final long seed;
    private final int count;
    private final Shape shape;
    private final FeatureEncoding encoding = new FeatureEncoding(ElementType.U8, 255);

    ImageBytes(long seed, int count, Shape shape) {
        this.seed = seed;
        this.count = count;
        this.shape = shape;
    }

    /** The first samples for training, the rest for validation. */
    static TrainingData data(long seed, int train, int validation, Shape shape) {
        return new TrainingData(
                new ImageBytes(seed, train + validation, shape),
                IntStream.range(0, train).toArray(),
                IntStream.range(train, train + validation).toArray(),
                null);
    }

    @Override
    public int sampleCount() {
        return count;
    }

    @Override
    public Shape featureShape() {
        return shape;
    }

    @Override
    public int labelWidth() {
        return 1;
    }

    @Override
    public float label(int sampleIndex) {
        return CounterRandom.below(seed, sampleIndex, TestJobs.CLASSES);
    }

    @Override
    public void read(int[] indices, int from, int to, MiniBatch into) {
        into.resize(to - from);
        into.useRaw(encoding);
        int quarter = shape.size() / TestJobs.CLASSES;
        for (int row = 0; row < to - from; row++) {
            int sample = indices[from + row];
            int label = (int) label(sample);
            into.sampleIndices()[row] = sample;
            into.labels()[row] = label;
            for (int i = 0; i < shape.size(); i++) {
                int light = i / quarter == label ? 90 : 0;
                int value = CounterRandom.below(CounterRandom.key(seed, sample), i, 160) + light;
                into.rawFeatures().put(row * shape.size() + i, (byte) value);
            }
        }
    }

    @Override
    public void close() {}
}
