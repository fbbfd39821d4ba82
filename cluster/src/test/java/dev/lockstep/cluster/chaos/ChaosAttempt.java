package dev.lockstep.cluster.chaos;

import dev.lockstep.cluster.membership.Coordinator;
import dev.lockstep.cluster.membership.MembershipSettings;
import dev.lockstep.core.collective.RunObserver;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.fault.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One attempt of a run: a coordinator, and what Spark does around it: tasks that are lost are started again. */
final class ChaosAttempt {
    private static final int MOST_LIVES = 40;

    private final ChaosRun run;
    private final MembershipSettings settings;
    private final long fencingNumber;
    private final Coordinator coordinator;
    private final @Nullable ChaosWorker[] workers;
    private final int[] lives;
    private final List<ChaosWorker> everyone = new CopyOnWriteArrayList<>();
    private final ChaosNetwork network;
    private final CompletableFuture<Void> driverDeath = new CompletableFuture<>();

    ChaosAttempt(ChaosRun run, MembershipSettings settings, long fencingNumber) {
        this.run = run;
        this.settings = settings;
        this.fencingNumber = fencingNumber;
        workers = new ChaosWorker[settings.size()];
        lives = new int[settings.size()];
        network = new ChaosNetwork(rank -> new PlayedProcess(rank, rank < 0 || rank >= lives.length ? 0 : lives[rank]));
        coordinator = new Coordinator(settings, new RunObserver() {
            @Override
            public void published(int rank, String eventJson) {
                if (eventJson.contains("\"event\":\"resume\"")) {
                    run.note("rank " + rank + " resumes: " + eventJson);
                }
            }

            @Override
            public void generationFormed(long number, long sourceStep, String reason) {
                run.note("generation " + number + " from step " + sourceStep + ": " + reason);
            }

            @Override
            public void memberEvicted(int rank, String why) {
                evicted(rank);
            }

            @Override
            public void memberLost(int rank, String why) {
                run.note("rank " + rank + " lost: " + why);
            }
        });
    }

    /** Runs it to its end: a last ending of every rank; empty when the driver died. */
    List<Ending> run() throws InterruptedException {
        List<CompletableFuture<Ending>> last = new ArrayList<>();
        for (int rank = 0; rank < settings.size(); rank++) {
            int own = rank;
            CompletableFuture<Ending> ending = new CompletableFuture<>();
            last.add(ending);
            ChaosNetwork.daemon(() -> ending.complete(superviseSafely(own)), "chaos-spark-" + rank);
        }
        try {
            CompletableFuture<Void> all = CompletableFuture.allOf(last.toArray(new CompletableFuture<?>[0]));
            run.await(CompletableFuture.anyOf(all, driverDeath));
            return driverDeath.isDone()
                    ? List.of()
                    : last.stream().map(CompletableFuture::join).toList();
        } finally {
            coordinator.close();
        }
    }

    private Ending superviseSafely(int rank) {
        try {
            return supervise(rank);
        } catch (InterruptedException | RuntimeException failure) {
            return new Ending(Ending.Kind.FAILED_FOR_GOOD, "the harness failed: " + failure);
        }
    }

    private Ending supervise(int rank) throws InterruptedException {
        for (int attempt = 0; attempt < MOST_LIVES; attempt++) {
            ChaosWorker worker;
            synchronized (this) {
                lives[rank] = attempt;
                worker = new ChaosWorker(this, new PlayedProcess(rank, attempt), attempt);
                workers[rank] = worker;
                everyone.add(worker);
            }
            worker.start();
            Ending ending = worker.ending().join();
            run.note("rank " + rank + " life " + attempt + ": " + ending);
            if (driverDeath.isDone()) {
                return ending;
            }
            if (ending.kind() != Ending.Kind.DEAD && ending.kind() != Ending.Kind.AGAIN) {
                return ending;
            }
            TimeUnit.MILLISECONDS.sleep(run.respawnMilliseconds());
        }
        return new Ending(Ending.Kind.FAILED_FOR_GOOD, "rank " + rank + " was started " + MOST_LIVES + " times");
    }

    private void evicted(int rank) {
        ChaosWorker worker;
        synchronized (this) {
            worker = workers[rank];
        }
        run.note("rank " + rank + " evicted");
        if (worker != null && scenario().replacesEvicted()) {
            worker.die();
        }
    }

    void workerFailed(int rank, String why) {
        coordinator.end("rank " + rank + " failed: " + why);
    }

    void killDriver() {
        network.severDriver();
        for (ChaosWorker worker : everyone) {
            if (!scenario().orphansLive()) {
                worker.die();
            }
        }
        driverDeath.complete(null);
    }

    void stop() {
        coordinator.requestStop();
    }

    void struck(Fault fault) {
        run.struck(fault);
    }

    List<Fault> faultsOf(int rank) {
        return run.faultsOf(rank);
    }

    ChaosScenario scenario() {
        return run.scenario();
    }

    JobConfig job() {
        return run.job();
    }

    Path directory() {
        return run.directory();
    }

    ChaosNetwork network() {
        return network;
    }

    MembershipSettings settings() {
        return settings;
    }

    String driverAddress() {
        return coordinator.address();
    }

    long fencingNumber() {
        return fencingNumber;
    }

    List<ChaosWorker> everyone() {
        return everyone;
    }
}
