package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.spark.api.java.JavaSparkContext;

final class Dl4jSparkTraining {
    Dl4jSparkTraining(
            JobConfig job,
            TrainingRun run,
            JavaSparkContext spark,
            int workers,
            LongSupplier lease,
            Consumer<ObjectNode> display) {}

    ObjectNode train() {
        throw new LockstepException(ExitCode.USAGE, "dl4j_spark is not there yet");
    }
}
