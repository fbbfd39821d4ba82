package dev.lockstep.spark.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a short task gives back, as JSON: a value, or why there is none. A damaged file stays damaged: thrown, it would be
 * met again on every retry that Spark allows the workers, and be told as Spark's stack trace.
 *
 * @param value of a task that succeeded, or null
 * @param exitCode of the command when it failed, or null
 * @param message why it failed, or null
 */
public record TaskAnswer(@Nullable String value, @Nullable ExitCode exitCode, @Nullable String message) {
    private static final Logger LOG = LoggerFactory.getLogger(TaskAnswer.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * Runs on an executor: does the work and gives the answer.
     *
     * @param what is being done to which file, for the message of an unexpected failure
     */
    public static String of(String what, Callable<String> work) {
        try {
            return json(new TaskAnswer(work.call(), null, null));
        } catch (LockstepException failure) {
            LOG.debug("{}", what, failure);
            return json(new TaskAnswer(null, failure.exitCode(), failure.getMessage()));
        } catch (Exception failure) {
            TaskContext task = TaskContext.get();
            if (task != null && task.isInterrupted()) {
                throw new IllegalStateException(what + ": the task was cancelled", failure);
            }
            LOG.debug("{}", what, failure);
            String why = NoRoom.told(failure).orElseGet(() -> reason(failure));
            return json(new TaskAnswer(null, ExitCode.DATA, what + ": " + why));
        }
    }

    static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /**
     * The values of all tasks, on the driver.
     *
     * @throws LockstepException the failure of the first task that failed
     */
    public static List<String> values(List<String> answers) {
        List<String> values = new ArrayList<>();
        for (String json : answers) {
            TaskAnswer answer = read(json);
            if (answer.value() == null) {
                throw new LockstepException(
                        answer.exitCode() == null ? ExitCode.DATA : answer.exitCode(),
                        String.valueOf(answer.message()));
            }
            values.add(answer.value());
        }
        return values;
    }

    private static String json(TaskAnswer answer) {
        try {
            return MAPPER.writeValueAsString(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of strings is always JSON", e);
        }
    }

    private static TaskAnswer read(String json) {
        try {
            return MAPPER.readValue(json, TaskAnswer.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the driver and a task run different versions of Lockstep", e);
        }
    }
}
