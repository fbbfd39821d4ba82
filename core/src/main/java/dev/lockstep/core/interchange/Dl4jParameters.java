package dev.lockstep.core.interchange;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.NetworkPlan;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The vector of all parameters of a DL4J network, taken piece by piece in the order of its layers, which is that of
 * Lockstep's flat vector. What differs: DL4J may flatten images channel by channel, and may keep the logarithm of a
 * deviation in place of a variance.
 */
final class Dl4jParameters {
    private final float[] all;
    private final ModelDraft draft;
    private int next;
    /** The images whose rows come channel by channel; null where rows are in Lockstep's order. */
    private @Nullable Shape channelByChannel;

    private @Nullable Shape flattened;

    Dl4jParameters(float[] all, ModelDraft draft) {
        this.all = all;
        this.draft = draft;
    }

    /** The next values. */
    float[] take(long count, String where) {
        if (count < 0 || count > all.length - next) {
            throw new Refusal(where + ": needs " + count + " more values, coefficients.bin has " + (all.length - next));
        }
        next += (int) count;
        return Arrays.copyOfRange(all, next - (int) count, next);
    }

    /** Images have become rows. */
    void flattened(Shape images, boolean isChannelByChannel) {
        flattened = images;
        channelByChannel = isChannelByChannel && images.dimensions().get(2) > 1 ? images : null;
    }

    /** A kernel (inputs, units), unit by unit, for inputs in Lockstep's order; what it gives is in order. */
    float[] kernel(float[] values, int inputs, int units) {
        Shape images = channelByChannel;
        if (images == null) {
            return values;
        }
        float[] ordered = new float[values.length];
        for (int unit = 0; unit < units; unit++) {
            float[] ofUnit = ordered(Arrays.copyOfRange(values, unit * inputs, (unit + 1) * inputs), images);
            System.arraycopy(ofUnit, 0, ordered, unit * inputs, inputs);
        }
        channelByChannel = null;
        return ordered;
    }

    /** One value for each of a layer's inputs, in Lockstep's order. */
    float[] perInput(float[] values) {
        Shape images = channelByChannel;
        return images == null ? values : ordered(values, images);
    }

    private static float[] ordered(float[] channelByChannel, Shape images) {
        int channels = images.dimensions().get(2);
        int cells = images.size() / channels;
        if (channelByChannel.length != images.size()) {
            throw new Refusal("a layer behind images " + images + " has " + channelByChannel.length + " inputs");
        }
        float[] channelsLast = new float[channelByChannel.length];
        for (int cell = 0; cell < cells; cell++) {
            for (int channel = 0; channel < channels; channel++) {
                channelsLast[cell * channels + channel] = channelByChannel[channel * cells + cell];
            }
        }
        return channelsLast;
    }

    /** The network's outputs must not be left channel by channel. */
    void requireOrderOfOutputs() {
        if (channelByChannel != null) {
            throw new Refusal("the outputs are images flattened channel by channel, which Lockstep has no layer for");
        }
    }

    /** The finished model, all values used, the images as large as DL4J had them. */
    ImportedModel finish(Shape input) {
        if (next != all.length) {
            throw new Refusal("coefficients.bin has " + all.length + " values, the layers " + next);
        }
        Shape images = flattened;
        if (images != null) {
            NetworkPlan plan = draft.network(input);
            List<Shape> found = plan.layers().stream()
                    .filter(layer -> layer.kind().equals("flatten"))
                    .map(NetworkPlan.PlannedLayer::input)
                    .toList();
            Shape last = found.get(found.size() - 1);
            boolean isSame = last.equals(images) || (last.rank() == 2 && last.size() == images.size());
            if (!isSame) {
                throw new Refusal(
                        "an input of " + input + " gives images " + last + " before the flatten layer, the file"
                                + " says " + images + "; give the right --input-shape HEIGHT,WIDTH,CHANNELS");
            }
        }
        return draft.finish(input);
    }
}
