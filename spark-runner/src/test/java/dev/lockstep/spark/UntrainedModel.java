package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.data.WorkerData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/** A model directory as a run leaves it, with the first weights of its job: its training samples are packed, no step is done. */
final class UntrainedModel {
    private UntrainedModel() {}

    /** Writes the model into a run directory and gives that. */
    static Path write(JavaSparkContext spark, String yaml, Path run) throws IOException {
        JobConfig job = JobFile.read(yaml, "job.yaml", List.of(), Map.of());
        org.apache.hadoop.fs.Path data =
                new org.apache.hadoop.fs.Path(run.resolve("training").toUri());
        PreparedData prepared = PreparedData.prepare(spark, job.data(), job.seed(), data, 2, true);
        NetworkPlan network = WorkerData.network(job, prepared.train());
        ObjectNode description = ModelDescription.of(job, prepared.train(), null);
        new ModelArchive(RunDirectory.storageAt(run.toString(), HadoopFiles.configuration()))
                .write(new SavedModel(0, description, network.initialParameters(job.seed())), "untrained", () -> 0L);
        return run;
    }
}
