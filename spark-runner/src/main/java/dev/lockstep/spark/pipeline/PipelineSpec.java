package dev.lockstep.spark.pipeline;

import dev.lockstep.core.config.SettingsFile;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline file.
 *
 * @param name names the directories
 * @param job the job file
 * @param data of a day
 * @param gate what a model must reach
 * @param schedule which days there are
 * @param train how a day is trained
 * @param evaluate what the models are judged by
 * @param directory where the pipeline's files go; null for {@code pipelines/NAME}
 * @param models where versions and the current model are; null for {@code models/NAME}
 * @param keep what is kept for how long
 * @param hooks what is called at the end
 */
public record PipelineSpec(
        @Setting("Name of the pipeline and of its model.") String name,
        @Setting("The job file that every day is trained by: a local path or a Hadoop URI.") String job,
        @Setting("Where the data of a day are.") DayDataSpec data,
        @Setting("What a model must reach to be published, a rule for each figure; `[]` publishes every model that was"
                        + " trained.")
                List<GateRuleSpec> gate,
        @Setting(value = "Which days there are.", byDefault = "{}") ScheduleSpec schedule,
        @Setting(value = "How a day is trained.", byDefault = "{}") DayTrainingSpec train,
        @Setting(value = "What the models are judged by.", byDefault = "{}") DayEvaluationSpec evaluate,
        @Setting(
                        value =
                                "Where the pipeline keeps its days, logs and lock: a local path or a Hadoop URI. By default"
                                        + " pipelines/NAME.",
                        optional = true)
                @Nullable
                String directory,
        @Setting(
                        value =
                                "Where the published versions are, and `current`: a local path or a Hadoop URI, for this"
                                        + " pipeline alone. By default models/NAME.",
                        optional = true)
                @Nullable
                String models,
        @Setting(value = "What is kept for how long.", byDefault = "{}") KeepSpec keep,
        @Setting(value = "What is called when a day is over.", byDefault = "{}") HooksSpec hooks) {
    public PipelineSpec {
        gate = List.copyOf(gate);
        new Checks()
                .that(
                        "name",
                        name.matches("[A-Za-z0-9][A-Za-z0-9._-]*"),
                        "letters, digits, '.', '_' and '-', a letter or digit first",
                        name)
                .that("job", !job.isBlank(), "a job file", "\"\"")
                .that("directory", directory == null || !directory.isBlank(), "a path or URI", "\"\"")
                .that("models", models == null || !models.isBlank(), "a path or URI", "\"\"")
                .done();
    }

    /**
     * Reads a pipeline file.
     *
     * @param sourceName what messages call it, usually its path
     * @throws LockstepException listing everything that is wrong
     */
    public static PipelineSpec read(
            String text, String sourceName, List<String> overrides, Map<String, String> variables) {
        return SettingsFile.read(PipelineSpec.class, text, sourceName, overrides, variables);
    }

    /** Where the pipeline's own files are. */
    public String directoryLocation() {
        return Objects.requireNonNullElse(directory, "pipelines/" + name);
    }

    /** Where the models are. */
    public String modelsLocation() {
        return Objects.requireNonNullElse(models, "models/" + name);
    }
}
