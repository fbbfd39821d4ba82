package dev.lockstep.spark;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;

/**
 * Hears of every job and task of this process's sessions. Spark makes it, by {@code spark.extraListeners}, from its name:
 * what is to happen is given to the class.
 */
public final class TaskStarts extends SparkListener {
    /** The tasks that have started; to be emptied before use. */
    static final BlockingQueue<TaskInfo> TASKS = new LinkedBlockingQueue<>();

    private static volatile Consumer<Integer> onJob = job -> {};

    /** What happens when a job starts. */
    static void onJob(Consumer<Integer> action) {
        onJob = action;
    }

    @Override
    public void onJobStart(SparkListenerJobStart job) {
        onJob.accept(job.jobId());
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart task) {
        TASKS.add(task.taskInfo());
    }
}
