package dev.lockstep.spark.submit;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/**
 * Keeps the end of the log of the executor that was lost last: it is fetched while the cluster still has it, and told
 * with the failure that follows from the loss. Wherever the driver runs, it is the one that can reach the nodes.
 */
public final class ExecutorLogs extends SparkListener implements AutoCloseable {
    private static final int WAITING = 4;
    private static final int PATIENCE_SECONDS = 8;

    /** An executor that dynamic allocation gave back is no loss. */
    private static final String RETURNED = "killed by driver";

    /** Reads a log by the address of its page. */
    interface Pages {
        /** The last lines. */
        String tail(String page) throws IOException;
    }

    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private final Pages reader;
    private final Executor thread;
    private volatile @Nullable CompletableFuture<String> latest;
    private @Nullable SparkContext session;

    /** @param thread on which pages are read, so that Spark's events do not wait for them */
    ExecutorLogs(Pages reader, Executor thread) {
        this.reader = reader;
        this.thread = thread;
    }

    /** Of a session, until it is closed. */
    public static ExecutorLogs watch(SparkContext session) {
        ThreadPoolExecutor thread = new ThreadPoolExecutor(
                1,
                1,
                PATIENCE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                work -> {
                    Thread reading = new Thread(work, "lockstep-executor-logs");
                    reading.setDaemon(true);
                    return reading;
                },
                // Of many that are lost at once the log of a few is enough.
                new ThreadPoolExecutor.DiscardOldestPolicy());
        thread.allowCoreThreadTimeOut(true);
        ExecutorLogs logs = new ExecutorLogs(LogPage::tail, thread);
        logs.session = session;
        session.addSparkListener(logs);
        logs.addThoseBefore(session);
        return logs;
    }

    /** On YARN a session is there only when most of its executors are: nobody is told of these any more. */
    private void addThoseBefore(SparkContext session) {
        JavaConverters.seqAsJavaList(session.statusStore().executorList(true))
                .forEach(executor -> added(executor.id(), JavaConverters.mapAsJavaMap(executor.executorLogs())));
    }

    @Override
    public void onExecutorAdded(SparkListenerExecutorAdded added) {
        added(
                added.executorId(),
                JavaConverters.mapAsJavaMap(added.executorInfo().logUrlMap()));
    }

    void added(String executor, Map<String, String> logs) {
        String page = logs.get("stderr");
        if (page != null) {
            pages.put(executor, page);
        }
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
        removed(removed.executorId(), String.valueOf(removed.reason()));
    }

    void removed(String executor, String reason) {
        String page = pages.remove(executor);
        if (page != null && !reason.contains(RETURNED)) {
            latest = CompletableFuture.supplyAsync(() -> describe(executor, page), thread);
        }
    }

    private String describe(String executor, String page) {
        try {
            String tail = reader.tail(page);
            return tail.isEmpty()
                    ? "The log of executor " + executor + " is empty: " + page
                    : "The end of the log of executor " + executor + " (" + page + "):\n" + LogTail.indented(tail);
        } catch (IOException unreadable) {
            return "The log of executor " + executor + " is at " + page + " (the driver could not read it: "
                    + unreadable.getMessage() + ")";
        }
    }

    /**
     * Does work; a failure of the cluster is told with the log of the executor that was lost.
     *
     * @param work that may fail
     */
    public <T> T explaining(Supplier<T> work) {
        try {
            return work.get();
        } catch (LockstepException failure) {
            String log = failure.exitCode() == ExitCode.CLUSTER ? lastLog() : "";
            throw log.isEmpty()
                    ? failure
                    : new LockstepException(failure.exitCode(), failure.getMessage() + "\n" + log, failure);
        }
    }

    private String lastLog() {
        CompletableFuture<String> reading = latest;
        if (reading == null) {
            return "";
        }
        try {
            return reading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        } catch (ExecutionException | TimeoutException notRead) {
            return "";
        }
    }

    @Override
    public void close() {
        if (session != null) {
            session.removeSparkListener(this);
        }
    }
}
