package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.data.SampleSource;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What a run's samples are used for: how many there are, and of which classes.
 *
 * @param train what is trained on
 * @param validation what is evaluated after every epoch, or null
 * @param test what is evaluated at the end, or null
 */
public record SplitReport(Part train, @Nullable Part validation, @Nullable Part test) {
    /** The kind of event that {@link #event} gives. */
    public static final String EVENT = "splits";

    /**
     * One of the three.
     *
     * @param samples how many
     * @param classCounts samples of each class, from class 0; null where labels are no classes
     */
    public record Part(int samples, @Nullable List<Long> classCounts) {
        static Part of(SampleSource source, int[] indices, int classes) {
            return new Part(indices.length, classes == 0 ? null : counts(source, indices, classes));
        }

        private static @Nullable List<Long> counts(SampleSource source, int[] indices, int classes) {
            long[] counts = new long[classes];
            for (int index : indices) {
                float label = source.label(index);
                if (label != (int) label || label < 0 || label >= classes) {
                    return null;
                }
                counts[(int) label]++;
            }
            return LongStream.of(counts).boxed().toList();
        }

        private JsonNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("samples", samples);
            if (classCounts == null) {
                json.putNull("class_counts");
            } else {
                ArrayNode counts = json.putArray("class_counts");
                classCounts.forEach(counts::add);
            }
            return json;
        }
    }

    /**
     * Looks at the label of every sample.
     *
     * @param classes how many classes the network tells apart; 0 where labels are no classes
     */
    public static SplitReport of(TrainingData data, int classes) {
        SampleSource test = data.test();
        return new SplitReport(
                Part.of(data.samples(), data.trainIndices(), classes),
                data.validationIndices().length == 0
                        ? null
                        : Part.of(data.samples(), data.validationIndices(), classes),
                test == null ? null : Part.of(test, Evaluator.all(test.sampleCount()), classes));
    }

    /** As an event: the three parts, and what is to be warned of. */
    public ObjectNode event() {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("event", EVENT);
        event.set("train", train.toJson());
        event.set("validation", orNull(validation));
        event.set("test", orNull(test));
        ArrayNode warnings = event.putArray("warnings");
        SplitWarnings.of(this).forEach(warnings::add);
        return event;
    }

    private static JsonNode orNull(@Nullable Part part) {
        return part == null ? JsonNodeFactory.instance.nullNode() : part.toJson();
    }
}
