package dev.lockstep.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.cluster.storage.RunLease;
import dev.lockstep.core.checkpoint.Manifest;
import dev.lockstep.core.checkpoint.Manifest.FileSeal;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.spark.data.DatasetRole;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.data.WorkerData;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the checkpoints of a run must be, by the rest of its directory.
 *
 * @param job that wrote them; null where it is not known
 * @param network that it trains; null where its samples are not at hand any more
 * @param runId with which the run ids in the manifests begin; empty where it is not known
 * @param highestFencingNumber under which the run was ever held; 0 where it is not known
 */
record RunExpectations(
        @Nullable JobConfig job, @Nullable NetworkPlan network, String runId, long highestFencingNumber) {
    static final RunExpectations NONE = new RunExpectations(null, null, "", 0);

    /** @throws LockstepException when the job file is not what a run leaves */
    static RunExpectations of(RunDirectory run, Configuration configuration) throws IOException {
        Optional<String> text = run.readText(TrainingRun.JOB);
        if (text.isEmpty()) {
            return NONE;
        }
        JobConfig job = JobFile.read(text.get(), run.resolve(TrainingRun.JOB), List.of(), Map.of());
        String runId = new ObjectMapper()
                .readTree(run.readText(TrainingRun.RUN).orElse("{}"))
                .path("run_id")
                .asText();
        return new RunExpectations(job, network(run, job, configuration), runId, RunLease.highestNumber(run));
    }

    private static @Nullable NetworkPlan network(RunDirectory run, JobConfig job, Configuration configuration)
            throws IOException {
        if (!run.exists(TrainingRun.DATA)) {
            return null;
        }
        try {
            Path data = HadoopFiles.qualify(run.resolve(TrainingRun.DATA), configuration);
            return WorkerData.network(job, PreparedData.manifest(data, DatasetRole.TRAIN, configuration));
        } catch (LockstepException noData) {
            // Free to delete after the run, and no part of what is verified.
            return null;
        }
    }

    /** Why a checkpoint is not one of this run; null when nothing speaks against it. */
    @Nullable
    String objection(Manifest manifest) {
        if (!manifest.runId().startsWith(runId)) {
            return "it is of the run " + manifest.runId() + ", this is " + runId;
        }
        if (highestFencingNumber > 0 && manifest.fencingNumber() > highestFencingNumber) {
            return "its fencing number " + manifest.fencingNumber()
                    + " is higher than any that this run was held under (" + highestFencingNumber + ")";
        }
        if (job == null || network == null) {
            return null;
        }
        long parameters = network.parameterCount();
        String objection = sizeObjection(manifest, "parameters", parameters);
        return objection == null
                ? sizeObjection(
                        manifest,
                        "optimizer",
                        parameters * job.training().optimizer().stateSlots())
                : objection;
    }

    private static @Nullable String sizeObjection(Manifest manifest, String tensor, long values) {
        FileSeal seal = manifest.files().get(tensor + ".f32");
        long found = seal == null ? 0 : seal.bytes() / Float.BYTES;
        return found == values
                ? null
                : tensor + ": the job's network needs " + values + " values, the checkpoint has " + found;
    }
}
