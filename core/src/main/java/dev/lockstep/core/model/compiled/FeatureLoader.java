package dev.lockstep.core.model.compiled;

import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.MiniBatch;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a batch's features where the network reads them. Bytes are decoded by a kernel straight from where the source
 * copied them; all else goes by way of the heap.
 */
final class FeatureLoader {
    private final OneDnn oneDnn;
    private final NativeFloats input;
    private final NativeFloats factor;
    private final float[] factorValue = {0};
    private final Map<Integer, Kernel> decoders = new HashMap<>();
    private @Nullable ByteBuffer bytes;

    FeatureLoader(OneDnn oneDnn, NetworkMemory memory, NativeFloats input) {
        this.oneDnn = oneDnn;
        this.input = input;
        this.factor = memory.values("factor of the features", 1);
    }

    void load(MiniBatch batch) {
        if (batch.hasRawFeatures() && batch.rawType() == ElementType.U8) {
            decode(batch);
        } else {
            input.write(batch.features(), batch.size() * batch.featureCount());
        }
    }

    private void decode(MiniBatch batch) {
        if (factorValue[0] != batch.rawScale()) {
            factorValue[0] = batch.rawScale();
            factor.write(factorValue, 1);
        }
        if (bytes != batch.rawFeatures()) {
            // Another batch object than before: training and evaluation have one each.
            decoders.clear();
            bytes = batch.rawFeatures();
        }
        Kernel decoder = decoders.get(batch.size());
        if (decoder == null) {
            decoder = new OneDnnElementwise(oneDnn)
                    .decodeBytes(
                            new BytePointer(batch.rawFeatures()), factor, input, batch.size(), batch.featureCount());
            decoders.put(batch.size(), decoder);
        }
        decoder.run();
    }
}
