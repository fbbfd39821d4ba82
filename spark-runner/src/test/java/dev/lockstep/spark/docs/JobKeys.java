package dev.lockstep.spark.docs;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.core.schema.RecordSchema;
import dev.lockstep.core.schema.SettingSchema;
import dev.lockstep.core.schema.SettingType;
import dev.lockstep.spark.pipeline.PipelineSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The keys that a job file can have, as people write them: {@code training.optimizer.adam.learning_rate}; and those of a
 * pipeline file, which is read in the same way.
 */
final class JobKeys {
    private JobKeys() {}

    /** The groups and keys at the top of a job file. */
    static List<String> top() {
        return RecordSchema.of(JobConfig.class).keys();
    }

    /** Whether a job file can have a key. An element of a list may be left out or be called N; all keys below one are *. */
    static boolean exists(String path) {
        return in(RecordSchema.of(JobConfig.class), path);
    }

    /** Whether a pipeline file can have a key. */
    static boolean existsInPipeline(String path) {
        return in(RecordSchema.of(PipelineSpec.class), path);
    }

    private static boolean in(RecordSchema schema, String path) {
        return inRecord(schema, Arrays.asList(path.replaceFirst("\\.\\*$", "").split("\\.", -1)));
    }

    private static boolean inRecord(RecordSchema schema, List<String> path) {
        SettingSchema setting = schema.setting(path.get(0));
        return setting != null && in(setting.type(), path.subList(1, path.size()));
    }

    private static boolean in(SettingType type, List<String> path) {
        if (path.isEmpty()) {
            return true;
        }
        return switch (type.kind()) {
            case RECORD -> inRecord(type.record(), path);
            case LIST -> {
                SettingType element = Objects.requireNonNull(type.element());
                yield in(element, path) || path.get(0).matches("\\d+|N") && in(element, path.subList(1, path.size()));
            }
            case ONE_OF -> inAlternatives(type.alternatives(), path);
            case MAP -> SparkKeys.exists(String.join(".", path));
            case WORD_OR_NUMBERS -> path.size() == 1 && path.get(0).matches("\\d+");
            default -> false;
        };
    }

    private static boolean inAlternatives(Alternatives alternatives, List<String> path) {
        if (alternatives.isDiscriminated()) {
            return path.equals(List.of(alternatives.discriminator()))
                    || alternatives.byName().values().stream()
                            .anyMatch(alternative -> inRecord(RecordSchema.of(alternative), path));
        }
        RecordSchema schema = alternatives.schema(path.get(0));
        return schema != null && (path.size() == 1 || inRecord(schema, path.subList(1, path.size())));
    }
}
