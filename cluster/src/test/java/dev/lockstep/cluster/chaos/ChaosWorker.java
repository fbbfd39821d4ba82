package dev.lockstep.cluster.chaos;

import dev.lockstep.cluster.membership.DataAddress;
import dev.lockstep.cluster.membership.Member;
import dev.lockstep.core.checkpoint.CheckpointInterval;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.checkpoint.RetryPolicy;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.fault.Fault;
import dev.lockstep.core.fault.FaultActions;
import dev.lockstep.core.fault.FaultTrigger;
import dev.lockstep.core.fault.FaultyMembership;
import dev.lockstep.core.fault.FaultyStorage;
import dev.lockstep.core.fault.ProcessKilledException;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.train.Trainer;
import dev.lockstep.core.train.TrainingData;
import dev.lockstep.core.train.TrainingOutcome;
import dev.lockstep.core.train.TrainingSetup;
import dev.lockstep.core.train.WorkerReplicas;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One life of a rank: does what a worker task does, on a thread that stands for the process. */
final class ChaosWorker implements FaultActions {
    private static final RetryPolicy QUICK_RETRIES =
            new RetryPolicy(Duration.ofMillis(2), Duration.ofMillis(20), Duration.ofSeconds(10), 5);

    private final ChaosAttempt attempt;
    private final PlayedProcess process;
    private final int taskAttempt;
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean dead;

    ChaosWorker(ChaosAttempt attempt, PlayedProcess process, int taskAttempt) {
        this.attempt = attempt;
        this.process = process;
        this.taskAttempt = taskAttempt;
        thread = new Thread(this::live, "chaos-rank-" + process.rank() + "-life-" + process.life());
        thread.setDaemon(true);
    }

    PlayedProcess process() {
        return process;
    }

    /** Complete as soon as the process is dead, even while its thread does not know it yet. */
    CompletableFuture<Ending> ending() {
        return ending;
    }

    Thread thread() {
        return thread;
    }

    void start() {
        thread.start();
    }

    private void live() {
        Ending result = end();
        ending.complete(dead ? new Ending(Ending.Kind.DEAD, null) : result);
    }

    private Ending end() {
        Member opened = null;
        try {
            opened = connect();
            return train(opened);
        } catch (AttemptEndedException ended) {
            return new Ending(
                    ended.onlyThisWorker() ? Ending.Kind.AGAIN : Ending.Kind.ATTEMPT_ENDED, ended.getMessage());
        } catch (ProcessKilledException killed) {
            return new Ending(Ending.Kind.DEAD, null);
        } catch (LockstepException failure) {
            return failed(
                    failure.exitCode() == ExitCode.CLUSTER ? Ending.Kind.FAILED : Ending.Kind.FAILED_FOR_GOOD, failure);
        } catch (IOException | RuntimeException failure) {
            return failed(Ending.Kind.FAILED, failure);
        } finally {
            if (opened != null) {
                opened.close();
            }
        }
    }

    /** As the driver ends the attempt when a worker publishes that it failed. */
    private Ending failed(Ending.Kind kind, Exception failure) {
        String text = failure instanceof LockstepException ? String.valueOf(failure.getMessage()) : failure.toString();
        if (!dead) {
            attempt.workerFailed(process.rank(), text);
        }
        return new Ending(kind, text);
    }

    private Member connect() throws IOException {
        ChaosScenario scenario = attempt.scenario();
        ChaosNetwork network = attempt.network();
        DataAddress data = new DataAddress("127.0.0.1", 0, "127.0.0.1");
        if (!scenario.sharedMemory()) {
            String proxyHost = "127.0.0." + (2 + process.rank());
            data = new DataAddress("127.0.0.1", network.beforeDataPort(process, proxyHost, "127.0.0.1"), proxyHost);
        }
        return Member.connect(
                network.toDriver(process, attempt.driverAddress()),
                process.rank(),
                taskAttempt,
                attempt.settings(),
                data);
    }

    private Ending train(Member member) {
        List<Fault> faults = attempt.faultsOf(process.rank());
        FaultTrigger trigger = new FaultTrigger(faults, this);
        FaultyMembership membership = new FaultyMembership(member, trigger);
        TrainingData data = ChaosScenario.data();
        CheckpointStorage storage = new FaultyStorage(
                new MortalStorage(new LocalCheckpointStorage(attempt.directory()), () -> dead), trigger);
        NetworkPlan plan = ChaosScenario.network(attempt.job(), data);
        try (ModelReplica replica = WorkerReplicas.create(
                        attempt.job(),
                        attempt.scenario().workers(),
                        capacity -> ModelReplicas.create(plan, capacity, 1));
                CheckpointManager checkpoints = new CheckpointManager(
                        storage,
                        CheckpointInterval.parse(attempt.scenario().checkpointEvery()),
                        attempt.job().checkpoint().keep(),
                        attempt::fencingNumber,
                        "chaos",
                        event -> {},
                        QUICK_RETRIES)) {
            TrainingOutcome outcome =
                    new Trainer(new TrainingSetup(attempt.job(), data, replica, membership, checkpoints)).run();
            membership.leaving();
            return new Ending(
                    outcome.status() == TrainingOutcome.Status.COMPLETED ? Ending.Kind.COMPLETED : Ending.Kind.STOPPED,
                    outcome.parametersSha256());
        }
    }

    @Override
    public void strike(Fault fault) {
        if (dead) {
            throw new ProcessKilledException("already dead");
        }
        attempt.struck(fault);
        if (fault instanceof Fault.Kill kill && kill.afterMicroseconds() > 0) {
            ChaosNetwork.daemon(
                    () -> {
                        sleepMicroseconds(kill.afterMicroseconds());
                        die();
                    },
                    "chaos-killer");
        } else if (fault.endsProcess()) {
            die();
            throw new ProcessKilledException(fault.toString());
        } else if (fault instanceof Fault.Pause pause) {
            attempt.network().pause(process, pause.milliseconds());
            sleepMicroseconds(1_000L * pause.milliseconds());
        } else if (fault instanceof Fault.Delay delay) {
            sleepMicroseconds(1_000L * delay.milliseconds());
        } else if (fault instanceof Fault.CutNetwork cut) {
            attempt.network().cut(cut);
        } else if (fault instanceof Fault.CorruptFrame corrupt) {
            attempt.network().damage(corrupt);
        } else if (fault instanceof Fault.KillDriver) {
            attempt.killDriver();
        } else if (fault instanceof Fault.StopRun) {
            attempt.stop();
        }
    }

    /** The process is gone: nothing that its threads still do reaches anybody. */
    void die() {
        dead = true;
        attempt.network().sever(process);
        ending.complete(new Ending(Ending.Kind.DEAD, null));
    }

    private static void sleepMicroseconds(long microseconds) {
        try {
            TimeUnit.MICROSECONDS.sleep(microseconds);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What it is doing, for a report of a run that hangs; null when it has ended. */
    @Nullable
    String stack() {
        if (!thread.isAlive()) {
            return null;
        }
        StringBuilder text = new StringBuilder(thread.getName()).append(dead ? " (dead)" : "");
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("\n    at ").append(frame);
        }
        return text.toString();
    }
}
