package dev.lockstep.spark.doctor;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs all checks, one after the other, each within its deadline and whatever became of those before it. */
public final class Doctor {
    /** In the order in which they are told: what everything else needs comes first. */
    private static final List<Check> CHECKS = List.of(
            new RuntimeCheck(),
            new LibrariesCheck(),
            new SettingsCheck(),
            new DataCheck(),
            new MemoryNeedCheck(),
            new SecurityCheck(),
            new StorageCheck(),
            new LocalPlacesCheck(),
            new MasterCheck(),
            new ExecutorsCheck());

    private final List<Check> checks;

    public Doctor() {
        this(CHECKS);
    }

    Doctor(List<Check> checks) {
        this.checks = List.copyOf(checks);
    }

    /**
     * Looks at everything.
     *
     * @param before what is known already
     */
    public Diagnosis examine(Subject subject, List<Finding> before) {
        List<Finding> findings = new ArrayList<>(before);
        for (Check check : checks) {
            findings.addAll(look(check, subject, findings));
        }
        return new Diagnosis(findings);
    }

    /** On a thread of its own, which is left behind where it does not come back: the process ends without it. */
    private static List<Finding> look(Check check, Subject subject, List<Finding> known) {
        if (check instanceof MasterDependent && known.stream().anyMatch(MasterDependent::isInTheWay)) {
            return List.of(Finding.warning(
                    check.name(), "not looked at: the master does not answer", "see above, then run doctor again"));
        }
        CompletableFuture<List<Finding>> answer = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        answer.complete(check.look(subject));
                    } catch (Throwable failure) { // an Error, too: a missing library is what it looks for
                        answer.completeExceptionally(failure);
                    }
                },
                "lockstep-doctor-" + check.name());
        thread.setDaemon(true);
        thread.start();
        Duration deadline = check.deadline();
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            return List.of(Finding.ofCluster(
                    check.name(),
                    "no answer within " + deadline.toSeconds() + " s",
                    "see whether what it asks is up and can be reached from here; it was given up"));
        } catch (ExecutionException e) {
            return List.of(ofFailure(check.name(), e.getCause() == null ? e : e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockstepException(ExitCode.STOPPED, "interrupted while looking at " + check.name(), e);
        }
    }

    static Finding ofFailure(String about, Throwable failure) {
        if (failure instanceof LockstepException known) {
            return Finding.problem(
                    about, String.valueOf(known.getMessage()), "the message says what to do", known.exitCode());
        }
        String message = failure.getMessage() == null
                ? failure.toString()
                : failure.getClass().getSimpleName() + ": "
                        + failure.getMessage().strip().lines().findFirst().orElse("");
        return Finding.ofCluster(
                about, "could not be looked at: " + message, "mend what the message names; the other checks went on");
    }
}
