package dev.lockstep.core.config;

import dev.lockstep.core.checkpoint.CheckpointSpec;
import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.model.ModelSpec;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * A job: everything that a run is a function of.
 *
 * @param name names the run directory
 * @param seed of initial weights, order of samples, splits and dropout
 * @param data where samples come from
 * @param model the network
 * @param training how it is trained
 * @param cluster where and how workers run
 * @param checkpoint where and how often checkpoints are written
 * @param tensorboard what is left for TensorBoard
 * @param expected what a run should reach; null for nothing in particular
 * @param report what of the samples a run shows
 * @param determinism what of a run's bits is not to depend on its workers
 * @param ledger whether the workers note which samples they use
 */
public record JobConfig(
        @Setting("Name of the job; the run directory is runs/NAME by default.") String name,
        @Setting(value = "Seed of initial weights, order of samples, splits and dropout.", byDefault = "42") long seed,
        @Setting("Where the samples come from.") DataSpec data,
        @Setting("The network.") ModelSpec model,
        @Setting("How it is trained.") TrainingSpec training,
        @Setting(value = "Where and how the workers run.", byDefault = "{}") ClusterSpec cluster,
        @Setting(value = "Where and how often checkpoints are written.", byDefault = "{}") CheckpointSpec checkpoint,
        @Setting(value = "What is left for TensorBoard.", byDefault = "{}") TensorBoardSpec tensorboard,
        @Setting(
                        value = "What a run should reach. It is printed beside what was reached, and is in result.json;"
                                + " it changes neither the training nor the exit code.",
                        optional = true)
                @Nullable
                ExpectedSpec expected,
        @Setting(value = "What of the samples the report of a run shows.", byDefault = "{}") ReportSpec report,
        @Setting(value = "What of a run's bits is not to depend on its workers.", byDefault = "{}")
                DeterminismSpec determinism,
        @Setting(
                        value =
                                "Whether every worker notes, before each step, which samples it uses in it, in files in the"
                                        + " run directory's ledger/; `lockstep ledger RUN` proves from them that every sample was"
                                        + " used exactly once an epoch. A line a step and worker of about 200 bytes; `train"
                                        + " --ledger` sets it.",
                        byDefault = "false")
                boolean ledger) {
    public JobConfig {
        new Checks()
                .that(
                        "name",
                        name.matches("[A-Za-z0-9][A-Za-z0-9._-]*"),
                        "letters, digits, '.', '_' and '-', a letter or digit first",
                        name)
                .done();
    }
}
