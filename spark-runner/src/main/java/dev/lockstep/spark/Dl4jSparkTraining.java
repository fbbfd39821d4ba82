package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.RetryPolicy;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.ShardPlan;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.sync.TrainingState;
import dev.lockstep.core.train.InitialParameters;
import dev.lockstep.core.train.ParametersHash;
import dev.lockstep.core.train.StateKeeper;
import dev.lockstep.core.train.TrainingData;
import dev.lockstep.spark.Dl4jSparkEpochs.Extent;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.data.WorkerData;
import dev.lockstep.spark.dl4j.ParameterAveragingMaster;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The driver of a run in the mode {@code dl4j_spark}: DL4J Spark trains an epoch, Lockstep does the rest. */
final class Dl4jSparkTraining {
    private final RunContext context;
    private final JobConfig job;
    private final RunTally tally;

    Dl4jSparkTraining(RunContext context) {
        this.context = context;
        this.job = context.job();
        this.tally = new RunTally(context);
    }

    /** Trains; the result has been written when it returns or throws. */
    ObjectNode train() {
        return context.watched(this::train);
    }

    private ObjectNode train(RunJournal journal) {
        int parameters = 0;
        try {
            PreparedData data = context.prepareData();
            NetworkPlan plan = WorkerData.network(job, data.train());
            requireNoObjections(plan);
            parameters = plan.parameterCount();
            context.requireMemory(plan, data);
            return train(journal, data, plan);
        } catch (Exception thrown) { // Scala throws SparkException without declaring it
            LockstepException failure = Dl4jSparkEpochs.failureOf(thrown);
            tally.writeFailure(failure, journal, parameters);
            throw failure;
        }
    }

    private void requireNoObjections(NetworkPlan plan) {
        List<String> objections = ParameterAveragingMaster.objections(job, plan, context.workers());
        if (!objections.isEmpty()) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "cluster.sync: dl4j_spark cannot do this job:\n  " + String.join("\n  ", objections)
                            + "\nor choose cluster.sync: gradient_sharing or parameter_averaging, which can");
        }
    }

    private ObjectNode train(RunJournal journal, PreparedData data, NetworkPlan plan) {
        Configuration configuration = HadoopFiles.configuration();
        Extent extent = extent(journal, data, plan, configuration);
        TrainingState state = new TrainingState(
                new float[plan.parameterCount()], job.training().optimizer().stateSlots());
        try (CheckpointManager checkpoints = new CheckpointManager(
                RunDirectory.storageAt(context.run().checkpointLocation(), configuration),
                job.checkpoint(),
                context.lease(),
                context.run().runId(),
                event -> journal.keep(CheckpointNews.of(event)))) {
            InitialWeights weights = context.initialWeights(plan);
            StateKeeper keeper = new StateKeeper(
                    checkpoints,
                    plan,
                    job.seed(),
                    ModelReplicas.blasKernel(),
                    state,
                    weights == null ? InitialParameters.DRAWN : weights.parameters(configuration));
            boolean completed = new Dl4jSparkEpochs(context, tally, journal, data, plan, extent, state, keeper).run();
            keeper.writeNow();
            String hash = ParametersHash.sha256(state.parameters());
            if (completed) {
                writeModel(data, state, hash, configuration);
            }
            return tally.write(
                    tally.result(completed ? "completed" : "stopped", journal)
                            .model(state.step(), plan.parameterCount(), hash),
                    completed ? context.run().directory().resolve("model") : null);
        }
    }

    private Extent extent(RunJournal journal, PreparedData data, NetworkPlan plan, Configuration configuration) {
        try (TrainingData samples =
                WorkerData.open(job, plan, data.directory(), data.train(), data.test() != null, configuration)) {
            journal.published(
                    0, WorkerData.splits(plan, data.train(), samples).event().toString());
            int[] trained = samples.trainIndices();
            ShardPlan shards = new ShardPlan(job.seed(), trained, job.training().batchSize(), context.workers());
            return new Extent(
                    trained.length,
                    shards.stepsPerEpoch(),
                    samples.validationIndices().length > 0,
                    samples.test() != null);
        }
    }

    private void writeModel(PreparedData data, TrainingState state, String hash, Configuration configuration) {
        TrainingRun run = context.run();
        ObjectNode description = ModelDescription.of(job, data.train(), hash);
        try {
            PatientWriting.model(
                    RetryPolicy.of(job.checkpoint()),
                    new ModelArchive(RunDirectory.storageAt(run.directory().location(), configuration)),
                    run.directory().resolve(ModelArchive.DIRECTORY),
                    new SavedModel(state.step(), description, state.parameters()),
                    run.runId(),
                    context.lease());
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "the model cannot be written to " + run.directory().location() + ": " + e.getMessage(),
                    e);
        }
    }
}
