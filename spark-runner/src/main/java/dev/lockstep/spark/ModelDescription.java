package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.spark.data.FittedData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code model/model.json} says beside the parameters: the job that made them and the samples they take.
 *
 * @param job the resolved job
 * @param inputShape shape of one sample
 * @param fitted how samples are read and what their classes are called
 */
record ModelDescription(JobConfig job, Shape inputShape, FittedData fitted) {
    static ObjectNode of(JobConfig job, PackedManifest train, @Nullable String parametersSha256) {
        ObjectNode description = of(job, new Shape(train.featureShape()), train.classCount(), parametersSha256);
        FittedData.of(train).write(description);
        return description;
    }

    static ObjectNode of(
            JobConfig job, Shape inputShape, @Nullable Integer classes, @Nullable String parametersSha256) {
        ObjectNode description = JsonNodeFactory.instance.objectNode();
        description.set("job", KeptJob.json(job, System.getenv()));
        ArrayNode shape = description.putArray("input_shape");
        inputShape.dimensions().forEach(shape::add);
        description.put("classes", classes);
        description.put("parameters_sha256", parametersSha256);
        return description;
    }

    static ModelDescription read(ObjectNode description, String where) {
        try {
            List<Integer> shape = new ArrayList<>();
            description.path("input_shape").forEach(size -> shape.add(size.asInt()));
            return new ModelDescription(
                    JobFile.fromJson(description.path("job").toString()),
                    new Shape(shape),
                    FittedData.read(description));
        } catch (IllegalArgumentException | LockstepException e) {
            throw new LockstepException(
                    ExitCode.MODEL, where + ": model.json is not what this version writes: " + e.getMessage(), e);
        }
    }

    NetworkPlan network() {
        return NetworkPlan.of(job.model(), inputShape, job.training().loss());
    }
}
