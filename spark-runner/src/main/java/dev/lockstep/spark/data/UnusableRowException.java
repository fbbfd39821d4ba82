package dev.lockstep.spark.data;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.InputFileBlockHolder;

/**
 * A row of which nothing can be predicted, as a task tells it: the task knows the file that it reads, where it reads one,
 * and the number of the row in its own partition.
 */
public final class UnusableRowException extends LockstepException {
    private static final long serialVersionUID = 1L;

    private static final String UNCUT = "the line has another number of columns than the others";

    private final String file;

    private UnusableRowException(String file, String message) {
        super(ExitCode.DATA, message);
        this.file = file;
    }

    /**
     * Runs on an executor.
     *
     * @param number of the row in the partition, from 0
     */
    public static UnusableRowException inTask(long number, BadRowException bad) {
        TaskContext task = TaskContext.get();
        String file = InputFileBlockHolder.getInputFilePath().toString();
        String where = "row " + (number + 1) + (task == null ? "" : " of partition " + task.partitionId())
                + (file.isEmpty() ? "" : " (" + file + ")");
        return new UnusableRowException(file, where + " cannot be used: " + problem(bad));
    }

    /** What is wrong with a row, in words. */
    public static String problem(BadRowException bad) {
        String message = String.valueOf(bad.getMessage());
        return message.isEmpty() ? UNCUT : message;
    }

    /** The file that the task read, as Spark names it; empty where it read none. */
    public String file() {
        return file;
    }
}
