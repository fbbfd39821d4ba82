package dev.lockstep.spark.tensorboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.nd4j.shade.protobuf.ByteString;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;
import org.tensorflow.framework.SummaryMetadata;
import org.tensorflow.framework.SummaryMetadata.PluginData;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto;

/**
 * Events of a run as TensorBoard's summaries. Figures, histograms and images are in the form that TensorFlow 1 wrote:
 * current versions of TensorBoard take it as well as the newer form, and other programs know no other. Only texts have
 * no such form.
 */
final class Summaries {
    private static final String VALIDATION_PREFIX = "val_";
    private static final int PNG_COLORS = 3;

    /** Numbers of an event that say where in the run it is, or how large something is that never changes. */
    private static final Set<String> POSITION =
            Set.of("epoch", "epochs", "step", "steps_per_epoch", "samples", "bytes_per_step");

    private Summaries() {}

    /** The figures of the training of an epoch, named as Keras names them: {@code epoch_loss}. */
    static Summary training(ObjectNode epoch) {
        Summary.Builder summary = Summary.newBuilder();
        epoch.properties().forEach(field -> {
            if (!field.getKey().startsWith(VALIDATION_PREFIX)) {
                addFigure(summary, field.getKey(), field.getValue());
            }
        });
        return summary.build();
    }

    /** The figures of the validation after an epoch; empty where there was none. */
    static Summary validation(ObjectNode epoch) {
        Summary.Builder summary = Summary.newBuilder();
        epoch.properties().forEach(field -> {
            if (field.getKey().startsWith(VALIDATION_PREFIX)) {
                addFigure(summary, field.getKey().substring(VALIDATION_PREFIX.length()), field.getValue());
            }
        });
        return summary.build();
    }

    private static void addFigure(Summary.Builder summary, String name, JsonNode value) {
        if (value.isNumber() && !POSITION.contains(name)) {
            summary.addValue(figure("epoch_" + name, value.doubleValue()));
        }
    }

    private static Summary.Value figure(String tag, double value) {
        return Summary.Value.newBuilder()
                .setTag(tag)
                .setSimpleValue((float) value)
                .build();
    }

    /** The distributions of an event {@code histograms}, and the norms of the gradients as figures. */
    static Summary histograms(ObjectNode event) {
        Summary.Builder summary = Summary.newBuilder();
        for (JsonNode entry : event.path("layers")) {
            String kind = entry.path("kind").asText();
            String array =
                    entry.path("layer").asText() + "/" + entry.path("name").asText();
            summary.addValue(
                    Summary.Value.newBuilder().setTag(array + "/" + kind).setHisto(histogram(entry)));
            if (kind.equals("gradients")) {
                summary.addValue(
                        figure("gradient_norm/" + array, entry.path("norm").asDouble()));
            }
        }
        return summary.build();
    }

    private static HistogramProto histogram(JsonNode entry) {
        double count = entry.path("count").asDouble();
        double norm = entry.path("norm").asDouble();
        HistogramProto.Builder histogram = HistogramProto.newBuilder()
                .setNum(count)
                .setMin(entry.path("minimum").asDouble())
                .setMax(entry.path("maximum").asDouble())
                .setSum(entry.path("mean").asDouble() * count)
                .setSumSquares(norm * norm);
        JsonNode edges = entry.path("edges");
        JsonNode counts = entry.path("counts");
        for (int i = 0; i < counts.size(); i++) {
            histogram.addBucketLimit(edges.path(i + 1).asDouble());
            histogram.addBucket(counts.path(i).asDouble());
        }
        return histogram.build();
    }

    /** A picture. */
    static Summary image(String tag, Picture picture) {
        Summary.Image.Builder image = Summary.Image.newBuilder()
                .setWidth(picture.width())
                .setHeight(picture.height())
                .setColorspace(PNG_COLORS)
                .setEncodedImageString(ByteString.copyFrom(picture.toPng()));
        return Summary.newBuilder()
                .addValue(Summary.Value.newBuilder().setTag(tag).setImage(image))
                .build();
    }

    /** A text in Markdown. */
    static Summary text(String tag, String markdown) {
        SummaryMetadata metadata = SummaryMetadata.newBuilder()
                .setPluginData(PluginData.newBuilder().setPluginName("text"))
                .build();
        TensorProto tensor = TensorProto.newBuilder()
                .setDtype(DataType.DT_STRING)
                .setTensorShape(TensorShapeProto.getDefaultInstance())
                .addStringVal(ByteString.copyFromUtf8(markdown))
                .build();
        return Summary.newBuilder()
                .addValue(Summary.Value.newBuilder()
                        .setTag(tag)
                        .setMetadata(metadata)
                        .setTensor(tensor))
                .build();
    }
}
