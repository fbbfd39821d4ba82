package dev.lockstep.cluster.chaos;

import dev.lockstep.cluster.membership.MembershipSettings;
import dev.lockstep.cluster.membership.RunSecret;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.fault.Fault;
import dev.lockstep.core.fault.FaultSchedule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One training under one schedule: what the driver does, attempt after attempt, and what a person does after it died. */
final class ChaosRun {
    private static final int RESTARTS = 3;
    private static final double START_SECONDS = 20;
    private static final int RETURN_MILLISECONDS = Integer.getInteger("chaos.return.milliseconds", 500);

    /** How a run ended. */
    record Outcome(Kind kind, String text, double seconds, List<String> notes) {
        enum Kind {
            COMPLETED,
            ERROR,
            HUNG
        }
    }

    private static final class HungException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final ChaosScenario scenario;
    private final FaultSchedule schedule;
    private final Path directory;
    private final JobConfig job;
    private final long started = System.nanoTime();
    private final long deadlineNanos;
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private final List<ChaosAttempt> attempts = new ArrayList<>();
    private final Map<Fault, Boolean> struck = new IdentityHashMap<>();
    private final SplittableRandom random;

    ChaosRun(ChaosScenario scenario, FaultSchedule schedule, Path directory) {
        this.scenario = scenario;
        this.schedule = schedule;
        this.directory = directory;
        this.job = scenario.job();
        this.random = new SplittableRandom(schedule.seed() + schedule.run());
        this.deadlineNanos = (long) (1e9 * deadlineSeconds(schedule));
    }

    /** By when the run has to be over, whatever strikes: each fault may cost a stall, a meeting and a new connection. */
    static double deadlineSeconds(FaultSchedule schedule) {
        double seconds = START_SECONDS;
        for (Fault fault : schedule.faults()) {
            seconds += ChaosScenario.JOIN_SECONDS + 3 * ChaosScenario.STALL_SECONDS;
            if (fault instanceof Fault.Pause pause) {
                seconds += 1e-3 * pause.milliseconds();
            } else if (fault instanceof Fault.CutNetwork cut) {
                seconds += 1e-3 * cut.milliseconds();
            }
        }
        return seconds;
    }

    Outcome run() throws InterruptedException {
        try {
            Ending ending = untilTheEnd();
            boolean zombies = !awaitThreads();
            return outcome(
                    zombies
                            ? Outcome.Kind.HUNG
                            : ending.kind() == Ending.Kind.COMPLETED ? Outcome.Kind.COMPLETED : Outcome.Kind.ERROR,
                    zombies ? "threads that do not end:\n" + stacks() : String.valueOf(ending.text()));
        } catch (HungException hung) {
            return outcome(Outcome.Kind.HUNG, "not over within its deadline:\n" + stacks());
        } finally {
            attempts.forEach(attempt -> attempt.network().close());
        }
    }

    private Outcome outcome(Outcome.Kind kind, String text) {
        return new Outcome(kind, text, seconds(), List.copyOf(notes));
    }

    private Ending untilTheEnd() throws InterruptedException {
        int restarts = 0;
        for (long driverLife = 1; ; driverLife++) {
            ChaosAttempt attempt = new ChaosAttempt(this, settings(), driverLife);
            attempts.add(attempt);
            List<Ending> endings = attempt.run();
            if (endings.isEmpty()) {
                note("the driver died");
                // No driver is back sooner. One that reads while survivors still replace each other's checkpoint may
                // take it for damaged: docs/faults.md tells.
                TimeUnit.MILLISECONDS.sleep(RETURN_MILLISECONDS);
                continue;
            }
            Ending ending = worst(endings);
            switch (ending.kind()) {
                case COMPLETED, FAILED_FOR_GOOD -> {
                    return ending;
                }
                case STOPPED -> note("stopped");
                default -> {
                    if (restarts++ == RESTARTS) {
                        return ending;
                    }
                    note("another attempt: " + ending);
                }
            }
        }
    }

    /** As the driver judges the reports of its workers. */
    private static Ending worst(List<Ending> endings) {
        for (Ending.Kind kind : List.of(
                Ending.Kind.FAILED_FOR_GOOD, Ending.Kind.FAILED, Ending.Kind.ATTEMPT_ENDED, Ending.Kind.STOPPED)) {
            for (Ending ending : endings) {
                if (ending.kind() == kind) {
                    return ending;
                }
            }
        }
        List<String> hashes = endings.stream()
                .map(Ending::text)
                .map(String::valueOf)
                .distinct()
                .toList();
        return hashes.size() == 1
                ? endings.get(0)
                : new Ending(Ending.Kind.FAILED_FOR_GOOD, "the ranks ended with different parameters " + hashes);
    }

    private MembershipSettings settings() {
        return new MembershipSettings(
                scenario.workers(),
                RunSecret.random(),
                "127.0.0.1",
                ChaosScenario.STALL_SECONDS,
                ChaosScenario.JOIN_SECONDS,
                scenario.transport());
    }

    void await(CompletableFuture<?> ending) throws InterruptedException {
        try {
            var unused = ending.get(deadlineNanos - (System.nanoTime() - started), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new HungException();
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Threads of dead processes end, too: where one waits for ever a living one could. */
    private boolean awaitThreads() throws InterruptedException {
        long end = started + deadlineNanos;
        for (ChaosAttempt attempt : attempts) {
            for (ChaosWorker worker : attempt.everyone()) {
                worker.thread().join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
                if (worker.thread().isAlive()) {
                    return false;
                }
            }
        }
        return true;
    }

    private String stacks() {
        StringBuilder text = new StringBuilder();
        for (ChaosAttempt attempt : attempts) {
            for (ChaosWorker worker : attempt.everyone()) {
                String stack = worker.stack();
                text.append(stack == null ? "" : stack + "\n");
            }
        }
        return text.toString();
    }

    private double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    void note(String text) {
        notes.add(String.format(Locale.ROOT, "%7.3f s  %s", seconds(), text));
    }

    void struck(Fault fault) {
        synchronized (struck) {
            struck.put(fault, true);
        }
        note("struck: " + fault);
    }

    /** Each strikes once in the whole run, whichever life of its rank it meets. */
    List<Fault> faultsOf(int rank) {
        synchronized (struck) {
            return schedule.faults().stream()
                    .filter(fault -> fault.rank() == rank && !struck.containsKey(fault))
                    .toList();
        }
    }

    synchronized int respawnMilliseconds() {
        return random.nextInt(30);
    }

    ChaosScenario scenario() {
        return scenario;
    }

    JobConfig job() {
        return job;
    }

    Path directory() {
        return directory;
    }
}
