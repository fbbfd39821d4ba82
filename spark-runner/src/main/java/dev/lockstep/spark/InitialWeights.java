package dev.lockstep.spark;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterTransfer;
import dev.lockstep.core.train.InitialParameters;
import dev.lockstep.core.train.ParametersHash;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.pipeline.ModelPointer;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The saved model that a run begins with, {@code model.initial_weights}. The driver looks at it before anything starts
 * and names it to rank 0, which reads it and gives it to the others as it gives any first state.
 *
 * @param location a URI that all hosts understand
 * @param parametersSha256 of what the driver saw there
 * @param layers that are taken; empty for all
 */
record InitialWeights(String location, String parametersSha256, List<String> layers) {
    /**
     * Looks at what a job begins with.
     *
     * @return null where it begins with drawn parameters
     * @throws LockstepException when there is no model, or one that does not fit
     */
    static @Nullable InitialWeights of(JobConfig job, NetworkPlan plan, Configuration configuration) {
        String given = job.model().initialWeights();
        if (given == null) {
            return null;
        }
        // Once: what current names may change before rank 0 reads it.
        String location = HadoopFiles.qualify(ModelPointer.follow(given, configuration), configuration)
                .toString();
        TrainedModel source = TrainedModel.load(location, configuration);
        List<String> layers = job.model().initialLayers();
        new ParameterTransfer(source.network(), plan, layers).requireFits(source.parent());
        return new InitialWeights(location, ParametersHash.sha256(source.parameters()), layers);
    }

    /** What rank 0 begins with. */
    InitialParameters parameters(Configuration configuration) {
        return (plan, seed) -> read(plan, seed, configuration);
    }

    private float[] read(NetworkPlan plan, long seed, Configuration configuration) {
        TrainedModel source = TrainedModel.load(location, configuration);
        String found = ParametersHash.sha256(source.parameters());
        requireSame(parametersSha256, found, location);
        float[] parameters = plan.initialParameters(seed);
        new ParameterTransfer(source.network(), plan, layers).copy(source.parameters(), parameters);
        return parameters;
    }

    static void requireSame(String expected, String found, String location) {
        if (!expected.equals(found)) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    "model.initial_weights: " + location + " has changed since this run began: expected parameters with"
                            + " SHA-256 " + expected + ", found " + found + "; bring the old model back, or start anew"
                            + " with --fresh");
        }
    }
}
