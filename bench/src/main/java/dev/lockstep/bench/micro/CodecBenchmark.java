package dev.lockstep.bench.micro;

import dev.lockstep.core.codec.CodecSpec;
import dev.lockstep.core.codec.Float16Codec;
import dev.lockstep.core.codec.GradientMerge;
import dev.lockstep.core.codec.ThresholdCodec;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a codec computes for one merge of model A's gradient with one other rank: encoding its own, decoding both,
 * adding them. The other rank is a mirror, so nothing travels and nobody is waited for. The gradient and the mirror's
 * bytes are copied, which takes some microseconds.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class CodecBenchmark {
    private static final int LENGTH = 109_386;
    private static final long SEED = 42;

    /** Until the threshold has settled on its density. */
    private static final int FIRST_STEPS = 200;

    /** The codec, and for a threshold its density. */
    @Param({"float16", "threshold 0.1", "threshold 0.01"})
    public String codec;

    private final MirrorGroup group = new MirrorGroup();
    private float[] gradient;
    private float[] values;
    private float[] shared;
    private GradientMerge merge;

    /** Draws the gradient, and lets codecs that adapt do so. */
    @Setup(Level.Trial)
    public void prepare() {
        gradient = new float[LENGTH];
        values = new float[LENGTH];
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < LENGTH; i++) {
            gradient[i] = (float) (1e-3 * random.nextGaussian());
        }
        CodecSpec spec = codec.equals("float16")
                ? new Float16Codec()
                : new ThresholdCodec(Double.parseDouble(codec.substring("threshold ".length())));
        merge = spec.create(LENGTH);
        shared = new float[spec.sharedStateLength()];
        for (int step = 0; step < FIRST_STEPS; step++) {
            mergeOnce();
        }
    }

    /** One merge, and its step applied. */
    @Benchmark
    public float[] mergeOnce() {
        System.arraycopy(gradient, 0, values, 0, LENGTH);
        merge.sum(values, values.length, shared, group);
        merge.applied(shared);
        return values;
    }
}
