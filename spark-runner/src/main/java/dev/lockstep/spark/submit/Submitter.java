package dev.lockstep.spark.submit;

import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.DeployMode;
import dev.lockstep.spark.cli.SubmitRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** Sends a training to a cluster, waits for its end and tells how it was. */
public final class Submitter {
    private static final long LOOK_MILLISECONDS = 2_000;

    private final SubmitEnvironment environment;
    private final ChildProcesses processes;
    private final Configuration hadoop;
    private final PrintStream output;
    private final PrintStream errors;
    private final Function<RunDirectory, List<String>> summary;

    /**
     * In this process's terminal.
     *
     * @param summary the last lines of a run that ended, for people
     */
    public Submitter(Configuration hadoop, Function<RunDirectory, List<String>> summary) {
        this(SubmitEnvironment.ofThisProcess(), ChildProcesses.OF_SYSTEM, hadoop, System.out, System.err, summary);
    }

    Submitter(
            SubmitEnvironment environment,
            ChildProcesses processes,
            Configuration hadoop,
            PrintStream output,
            PrintStream errors,
            Function<RunDirectory, List<String>> summary) {
        this.environment = environment;
        this.processes = processes;
        this.hadoop = hadoop;
        this.output = output;
        this.errors = errors;
        this.summary = summary;
    }

    /**
     * Submits a job and waits.
     *
     * @param job as it was resolved here
     * @return the exit code of the training
     * @throws LockstepException when it was refused, or ended without saying how
     */
    public int submit(SubmitRequest request, JobConfig job) {
        String master = request.train().master();
        String chosen = master == null ? job.cluster().master() : master;
        SubmitChecks.require(request, job, chosen).forEach(warning -> errors.println("lockstep: " + warning));
        SubmitCommandLine line = new SubmitCommandLine(
                environment.sparkSubmit(),
                String.valueOf(chosen),
                environment.assembly(request.assembly()),
                environment.driverJavaOptions(request.options()));
        return request.deployMode() == DeployMode.CLUSTER
                ? inCluster(request, job, line)
                : inThisTerminal(request, job, line);
    }

    /** The driver is spark-submit's process: it reads the job as this one did, and shows all there is to see. */
    private int inThisTerminal(SubmitRequest request, JobConfig job, SubmitCommandLine line) {
        Path folder = temporaryFolder();
        Submission submission = Submission.begin(RunDirectory.at(folder.toString(), hadoop), hadoop);
        try {
            ChildProcesses.Child child =
                    start(line.words(request, job, request.train().job(), submission.location()));
            try (SubmitterSignals signals = SubmitterSignals.passedOn(child)) {
                await(child, submission, false);
            }
            return new Ending(child.status(), outcome(submission)).codeInClientMode();
        } finally {
            remove(submission, folder);
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("lockstep-submission-");
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.USAGE, "no folder for temporary files can be made: " + e.getMessage(), e);
        }
    }

    private int inCluster(SubmitRequest request, JobConfig job, SubmitCommandLine line) {
        RunDirectory run = RunDirectory.at(String.valueOf(request.train().runDirectory()), hadoop);
        Submission submission = Submission.begin(run, hadoop);
        boolean ended = false;
        try {
            submission.writeJob(JobFile.toYaml(job));
            ChildProcesses.Child child = start(line.words(request, job, submission.job(), submission.location()));
            try (SubmitterSignals signals = SubmitterSignals.leavingTheRun(
                    () -> errors.println(Advice.whileItRuns(driver(submission), line.master(), run.location())))) {
                await(child, submission, true);
            }
            ended = true;
            return tell(new Ending(child.status(), outcome(submission)), submission, run);
        } finally {
            tidy(submission, ended);
        }
    }

    private ChildProcesses.Child start(List<String> words) {
        try {
            return processes.start(words);
        } catch (IOException e) {
            throw new LockstepException(ExitCode.USAGE, words.get(0) + " cannot be started: " + e.getMessage(), e);
        }
    }

    private void await(ChildProcesses.Child child, Submission submission, boolean tellOfDriver) {
        boolean told = !tellOfDriver;
        try {
            while (!child.await(LOOK_MILLISECONDS)) {
                Optional<DriverPlace> place = told ? Optional.empty() : driver(submission);
                place.ifPresent(found -> output.println(
                        "Driver: " + found.describe() + (found.log().isEmpty() ? "" : ", log " + found.log())));
                told |= place.isPresent();
            }
        } catch (InterruptedException e) {
            child.terminate();
            Thread.currentThread().interrupt();
            throw new LockstepException(ExitCode.CLUSTER, "interrupted while it waited for spark-submit", e);
        }
    }

    private static Optional<DriverPlace> driver(Submission submission) {
        try {
            return submission.driver();
        } catch (IOException away) {
            return Optional.empty();
        }
    }

    private static @Nullable Outcome outcome(Submission submission) {
        try {
            return submission.outcome().orElse(null);
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "the training has ended, and how cannot be read from " + submission.location() + ": "
                            + e.getMessage() + "; the same command continues it, or says that it is complete",
                    e);
        }
    }

    private int tell(Ending ending, Submission submission, RunDirectory run) {
        Outcome outcome = ending.outcome();
        if (outcome == null) {
            throw ending.withoutOutcome(driver(submission));
        }
        if (!outcome.error().isEmpty()) {
            // Of a wrong job the message says all.
            if (!outcome.log().isEmpty() && outcome.exitCode() != ExitCode.USAGE.number()) {
                errors.println("The end of the driver's log"
                        + driver(submission)
                                .map(place -> " (" + place.describe() + ")")
                                .orElse("") + ":\n"
                        + LogTail.indented(outcome.log()));
            }
            errors.println(outcome.error());
        }
        if (outcome.exitCode() == ExitCode.COMPLETED.number() || outcome.exitCode() == ExitCode.STOPPED.number()) {
            summary.apply(run).forEach(output::println);
        }
        return outcome.exitCode();
    }

    /** While the application may still be started the job has to stay; what a failure left is left to people. */
    private static void tidy(Submission submission, boolean ended) {
        try {
            if (!ended) {
                submission.removeJob();
            } else if (submission.outcome().map(Outcome::exitCode).orElse(1) == ExitCode.COMPLETED.number()) {
                submission.remove();
            } else {
                submission.removeJob();
            }
        } catch (IOException left) {
            // It is closed to others, and the driver removes the job too.
            return;
        }
    }

    private static void remove(Submission submission, Path folder) {
        try {
            submission.remove();
            Files.deleteIfExists(folder.resolve(RunDirectory.SUBMISSIONS));
            Files.deleteIfExists(folder);
        } catch (IOException left) {
            // An empty folder among temporary files.
            return;
        }
    }
}
