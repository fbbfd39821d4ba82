package dev.lockstep.spark.doctor;

import dev.lockstep.cluster.membership.Coordinator;
import dev.lockstep.cluster.membership.MembershipSettings;
import dev.lockstep.cluster.membership.RunSecret;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.collective.RunObserver;
import dev.lockstep.core.config.ClusterSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/** Starts a session and a task for each worker, and has the tasks look around and meet. */
final class ExecutorsCheck implements MasterDependent {
    private static final long TASKS_SECONDS = 75;

    /** What happens to the tasks shows in their reports. */
    private static final class Unobserved implements RunObserver {
        @Override
        public void published(int rank, String eventJson) {}

        @Override
        public void generationFormed(long number, long sourceStep, String reason) {}

        @Override
        public void memberLost(int rank, String why) {}
    }

    @Override
    public String name() {
        return "executors";
    }

    @Override
    public Duration deadline() {
        return Duration.ofSeconds(TASKS_SECONDS + 60);
    }

    @Override
    public List<Finding> look(Subject subject) throws InterruptedException {
        JavaSparkContext session = subject.sessions().open(subject.configuration());
        try {
            if (subject.local()) {
                return List.of(Finding.ok("executors", "a session starts; all workers are in this process"));
            }
            return look(subject, session);
        } finally {
            subject.sessions().close(session);
        }
    }

    private static List<Finding> look(Subject subject, JavaSparkContext session) throws InterruptedException {
        int tasks = tasks(subject, session);
        SparkConf configuration = session.getConf();
        String host = configuration.get("spark.driver.host");
        String bindHost = configuration.get("spark.driver.bindAddress", host);
        boolean encrypt = configuration.getBoolean("spark.network.crypto.enabled", false);
        ClusterSpec cluster = subject.job().cluster();
        RunSecret secret = RunSecret.random();
        DataTransport transport = new DataTransport(encrypt, cluster.sharedMemory());
        MembershipSettings settings =
                ExecutorOrders.membership(tasks, secret, host, bindHost, cluster.coordinatorPorts(), transport);
        try (Coordinator coordinator = new Coordinator(settings, new Unobserved())) {
            ExecutorOrders orders = ExecutorOrders.of(tasks, coordinator.address(), secret, encrypt, cluster);
            JavaFutureAction<List<String>> answers = session.parallelize(
                            IntStream.range(0, tasks).boxed().toList(), tasks)
                    .mapPartitionsWithIndex(new ExecutorProbe(orders.toJson()), true)
                    .collectAsync();
            return await(answers, tasks, session, subject);
        }
    }

    private static int tasks(Subject subject, JavaSparkContext session) {
        return subject.asked().isPresent() || subject.slots().isPresent()
                ? Math.min(subject.workers(), subject.slots().orElse(Integer.MAX_VALUE))
                : Math.max(1, session.defaultParallelism());
    }

    private static List<Finding> await(
            JavaFutureAction<List<String>> answers, int tasks, JavaSparkContext session, Subject subject)
            throws InterruptedException {
        try {
            List<ExecutorReport> reports = answers.get(TASKS_SECONDS, TimeUnit.SECONDS).stream()
                    .map(ExecutorReport::fromJson)
                    .toList();
            return new ExecutorFindings(reports, subject.job().cluster().sharedMemory()).list();
        } catch (TimeoutException e) {
            int executors = session.sc().statusTracker().getExecutorInfos().length - 1;
            answers.cancel(true);
            return List.of(Finding.ofCluster(
                    "executors",
                    tasks + " tasks did not end within " + TASKS_SECONDS + " s; there are " + executors + " executors",
                    "see in the master's page whether executors start and have " + tasks
                            + " cores free at once, and whether they reach this host's spark.driver.port"));
        } catch (ExecutionException e) {
            return List.of(Doctor.ofFailure("executors", e.getCause() == null ? e : e.getCause()));
        }
    }
}
