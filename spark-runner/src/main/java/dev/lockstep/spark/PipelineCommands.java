package dev.lockstep.spark;

import dev.lockstep.spark.cli.PipelineRequest;
import dev.lockstep.spark.cli.PipelineStatusRequest;
import dev.lockstep.spark.cli.RollbackRequest;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.pipeline.PipelineStart;
import dev.lockstep.spark.submit.SubmitChecks;
import java.time.Clock;
import java.util.List;
import org.apache.spark.SparkConf;

/** The commands of a pipeline, on Spark. */
final class PipelineCommands {
    private PipelineCommands() {}

    static int run(PipelineRequest request) {
        PipelineStart start = start(request.file(), request.overrides());
        if (new SparkConf().get("spark.submit.deployMode", "client").equals("cluster")) {
            SubmitChecks.requireShared(
                    "the pipeline's", "directory", start.spec().directoryLocation());
            SubmitChecks.requireShared("the pipeline's", "models", start.spec().modelsLocation());
        }
        try (SparkPipelineEngine engine = new SparkPipelineEngine(request.master(), request.debug())) {
            return start.run(engine, request.date(), request.again(), Clock.systemUTC());
        }
    }

    static String rollBack(RollbackRequest request) {
        return start(request.file(), request.overrides()).rollBack(request.to());
    }

    static String status(PipelineStatusRequest request) {
        return start(request.file(), request.overrides()).status(request.json());
    }

    private static PipelineStart start(String file, List<String> overrides) {
        return new PipelineStart(file, overrides, HadoopFiles.configuration(new SparkConf()), line -> {
            System.out.println(line);
            System.out.flush();
        });
    }
}
