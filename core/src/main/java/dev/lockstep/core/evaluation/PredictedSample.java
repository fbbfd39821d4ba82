package dev.lockstep.core.evaluation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.CrossentropyLoss;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.model.loss.LossSpec.OutputKind;
import java.util.Base64;

/**
 * One sample and what a network made of it.
 *
 * @param plan of the network
 * @param labelOffset of the sample in its batch
 * @param outputs of the batch
 * @param offset of the sample in them
 * @param loss without penalties
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record PredictedSample(NetworkPlan plan, int labelOffset, float[] outputs, int offset, double loss) {
    /** Larger pictures are not kept. */
    private static final int MOST_PIXEL_BYTES = 64 * 64 * 3;

    /** More labels, outputs or features of one sample say nothing to a reader. */
    private static final int MOST_VALUES = 16;

    private static final int COLOURS = 3;
    private static final double LARGEST_PIXEL = 255;

    /** A row of a batch that was just predicted. */
    public static PredictedSample of(NetworkPlan plan, MiniBatch rows, int row, float[] outputs) {
        int count = plan.outputShape().size();
        int labelOffset = row * rows.labelWidth();
        double loss = plan.loss().of(rows.labels(), labelOffset, outputs, row * count, count);
        return new PredictedSample(plan, labelOffset, outputs, row * count, loss);
    }

    /**
     * The sample as JSON: classes are whole numbers, quantities are not.
     *
     * @param rows the batch, still filled
     */
    public ObjectNode json(MiniBatch rows, int row) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("index", rows.sampleIndices()[row]);
        OutputKind kind = plan.loss().outputKind(plan.lastActivation());
        int count = plan.outputShape().size();
        if (kind == OutputKind.CLASS_SCORES) {
            int predicted = largest(outputs, offset, count);
            boolean isIndex = plan.loss().labelKind() == LabelKind.CLASS_INDEX;
            json.put("actual", isIndex ? (int) rows.labels()[labelOffset] : largest(rows.labels(), labelOffset, count));
            json.put("predicted", predicted);
            putFinite(json, "probability", ofClass(predicted, count));
        } else if (kind == OutputKind.BINARY_SCORES && count == 1) {
            int predicted = outputs[offset] > plan.loss().threshold() ? 1 : 0;
            json.put("actual", rows.labels()[labelOffset] > 0.5f ? 1 : 0);
            json.put("predicted", predicted);
            double one = ofOne();
            putFinite(json, "probability", predicted == 1 ? one : 1 - one);
        } else {
            putValues(json.putArray("actual"), rows.labels(), labelOffset, Math.min(count, rows.labelWidth()));
            putValues(json.putArray("predicted"), outputs, offset, count);
        }
        putFinite(json, "loss", loss);
        putFeatures(json, rows, row);
        return json;
    }

    /** The probability of a class; no number where outputs say nothing of probabilities. */
    private double ofClass(int predicted, int count) {
        if (plan.lastActivation() == Activation.SOFTMAX) {
            return outputs[offset + predicted];
        }
        if (!isOfLogits()) {
            return Double.NaN;
        }
        double sum = 0;
        for (int i = offset; i < offset + count; i++) {
            sum += Math.exp((double) outputs[i] - outputs[offset + predicted]);
        }
        return 1 / sum;
    }

    private double ofOne() {
        if (isOfLogits()) {
            return 1 / (1 + Math.exp(-outputs[offset]));
        }
        return plan.loss() instanceof CrossentropyLoss || plan.lastActivation() == Activation.SIGMOID
                ? outputs[offset]
                : Double.NaN;
    }

    private boolean isOfLogits() {
        LossSpec of = plan.loss();
        return of instanceof CrossentropyLoss crossentropy && crossentropy.fromLogits();
    }

    private static int largest(float[] from, int start, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            best = from[start + i] > from[start + best] ? i : best;
        }
        return best;
    }

    private static void putFinite(ObjectNode json, String key, double value) {
        if (Double.isFinite(value)) {
            json.put(key, value);
        }
    }

    private static void putValues(ArrayNode array, float[] values, int from, int count) {
        for (int i = from; i < from + Math.min(count, MOST_VALUES); i++) {
            if (Float.isFinite(values[i])) {
                array.add(values[i]);
            } else {
                array.addNull();
            }
        }
    }

    private void putFeatures(ObjectNode json, MiniBatch rows, int row) {
        int count = rows.featureCount();
        if (isPicture(plan.inputShape()) && count <= MOST_PIXEL_BYTES) {
            byte[] pixels = pixels(rows, row * count, count);
            if (pixels.length == count) {
                json.put("pixels", Base64.getEncoder().encodeToString(pixels));
                return;
            }
        }
        putValues(json.putArray("features"), rows.features(), row * count, count);
    }

    private static boolean isPicture(Shape shape) {
        int rank = shape.dimensions().size();
        return rank == 2
                || (rank == 3
                        && (shape.dimensions().get(2) == 1 || shape.dimensions().get(2) == COLOURS));
    }

    /** As they are stored, or from features between 0 and 1; nothing where they are neither. */
    private static byte[] pixels(MiniBatch rows, int from, int count) {
        byte[] pixels = new byte[count];
        if (rows.hasRawFeatures() && rows.rawType() == ElementType.U8) {
            for (int i = 0; i < count; i++) {
                pixels[i] = rows.rawFeatures().get(from + i);
            }
            return pixels;
        }
        float[] features = rows.features();
        for (int i = 0; i < count; i++) {
            float value = features[from + i];
            if (!(value >= 0 && value <= 1)) {
                return new byte[0];
            }
            pixels[i] = (byte) Math.round(value * LARGEST_PIXEL);
        }
        return pixels;
    }
}
