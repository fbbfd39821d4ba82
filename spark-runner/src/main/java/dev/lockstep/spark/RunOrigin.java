package dev.lockstep.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.TrainRequest;
import dev.lockstep.spark.submit.SubmittedDriver;
import java.io.IOException;
import java.util.Optional;

/**
 * Which application began a run, where a cluster may start the driver again: YARN gives a second attempt the same words,
 * and {@code --fresh} or {@code --resume never} are not meant for what the first one did.
 */
final class RunOrigin {
    private static final String APPLICATION = "application";

    private RunOrigin() {}

    /** Notes this application, if it is one, in what run.json is made of. */
    static void note(ObjectNode run) {
        SubmittedDriver.application().ifPresent(id -> run.put(APPLICATION, id));
    }

    /** What this attempt is to do: where an earlier one of its application began the run, to go on with it. */
    static TrainRequest ofThisAttempt(TrainRequest request, RunDirectory directory) {
        return ofThisAttempt(request, directory, SubmittedDriver.application());
    }

    /** The same for an application. */
    static TrainRequest ofThisAttempt(TrainRequest request, RunDirectory directory, Optional<String> application) {
        if (application.isEmpty()) {
            return request;
        }
        try {
            Optional<String> text = directory.readText(TrainingRun.RUN);
            String begunBy = text.isEmpty()
                    ? ""
                    : new ObjectMapper().readTree(text.get()).path(APPLICATION).asText();
            return begunBy.equals(application.get()) ? request.goingOn() : request;
        } catch (JsonProcessingException damaged) {
            return request;
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.CLUSTER, "run directory " + directory.location() + ": " + e.getMessage(), e);
        }
    }
}
