package dev.lockstep.spark.submit;

import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.spark.data.HadoopFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a driver does beside its work when somebody else waits for its end: {@code lockstep submit}, which is told where
 * it runs and how it ended, and YARN, which is told that a failure is final.
 */
public final class SubmittedDriver {
    /** Spark setting that names the folder of the submission. */
    static final String SETTING = "spark.lockstep.submission";

    private static final Logger LOG = LoggerFactory.getLogger(SubmittedDriver.class);
    private static final int TRIES = 10;
    private static final long PAUSE_MILLISECONDS = 2_000;

    private final @Nullable Submission submission;
    private final Optional<YarnApplication> application;
    private final Configuration hadoop;

    SubmittedDriver(@Nullable Submission submission, Optional<YarnApplication> application, Configuration hadoop) {
        this.submission = submission;
        this.application = application;
        this.hadoop = hadoop;
    }

    /** Whether anybody waits for the end of this process but the one who started it. */
    public static boolean isExpected() {
        return System.getProperty(SETTING) != null || isApplicationMaster();
    }

    /** Whether this is a driver in a container of YARN. */
    public static boolean isApplicationMaster() {
        return application().isPresent();
    }

    /** The application whose master this process is, as YARN calls it; empty for any other process. */
    public static Optional<String> application() {
        return YarnApplication.here().map(YarnApplication::id);
    }

    /**
     * Runs the program in this process and tells whoever waits.
     *
     * @param errors takes what it says of failures
     * @param program is given a writer for that, and returns its exit code
     * @return the exit code
     */
    public static int run(PrintWriter errors, ToIntFunction<PrintWriter> program) {
        Configuration hadoop = HadoopFiles.configuration(new SparkConf());
        String location = System.getProperty(SETTING);
        return new SubmittedDriver(
                        location == null ? null : Submission.at(location, hadoop), YarnApplication.here(), hadoop)
                .drive(errors, program);
    }

    int drive(PrintWriter errors, ToIntFunction<PrintWriter> program) {
        Optional<Outcome> earlier = begin();
        if (earlier.isPresent()) {
            LOG.warn(
                    "An earlier attempt ended for good, with exit code {}",
                    earlier.get().exitCode());
            tellYarn(earlier.get());
            return earlier.get().exitCode();
        }
        StringWriter told = new StringWriter();
        int exitCode;
        try (PrintWriter both = new PrintWriter(new Copying(errors, told), true)) {
            exitCode = program.applyAsInt(both);
        }
        errors.flush();
        Outcome outcome = new Outcome(exitCode, KeptJob.masked(told.toString().strip()), log(told.toString()));
        tellSubmitter(outcome);
        tellYarn(outcome);
        return exitCode;
    }

    /** Gives what an earlier attempt, which YARN could not be told of, ended with for good. */
    private Optional<Outcome> begin() {
        if (submission == null) {
            return Optional.empty();
        }
        try {
            Optional<Outcome> earlier = submission.outcome().filter(Outcome::isFinal);
            if (earlier.isEmpty()) {
                submission.writeDriver(place());
            }
            return earlier;
        } catch (IOException e) {
            LOG.warn("{} could not be told that the driver has begun: {}", submission.location(), e.getMessage());
            return Optional.empty();
        }
    }

    private DriverPlace place() throws IOException {
        String name = application
                .map(YarnApplication::id)
                .or(() -> StandaloneDriver.name(System::getProperty, workingDirectory()))
                .orElse("");
        String page = application
                .flatMap(YarnApplication::logPage)
                .orElse(String.valueOf(System.getenv().getOrDefault("SPARK_DRIVER_LOG_URL_STDERR", "")));
        return new DriverPlace(name, InetAddress.getLocalHost().getHostName(), page);
    }

    private static Path workingDirectory() {
        return Path.of("").toAbsolutePath();
    }

    /** What stands in the log above the message of the failure, which is told by itself. */
    private static String log(String told) {
        String tail = LogTail.ofDriver(System::getProperty, workingDirectory())
                .map(LogTail::of)
                .orElse("");
        String first = told.strip().lines().findFirst().orElse("");
        int message = first.isEmpty() ? -1 : tail.lastIndexOf(first);
        return KeptJob.masked((message < 0 ? tail : tail.substring(0, message)).stripTrailing());
    }

    private void tellSubmitter(Outcome outcome) {
        if (submission == null) {
            return;
        }
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            try {
                submission.writeOutcome(outcome);
                if (outcome.isFinal()) {
                    submission.removeJob();
                }
                return;
            } catch (IOException e) {
                LOG.warn("{} could not be told how the driver ended: {}", submission.location(), e.getMessage());
            }
            try {
                Thread.sleep(PAUSE_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void tellYarn(Outcome outcome) {
        application.ifPresent(yarn -> {
            if (outcome.exitCode() == ExitCode.COMPLETED.number()) {
                yarn.succeedWithoutSession(hadoop);
            } else if (outcome.isFinal()) {
                yarn.failForGood("exit code " + outcome.exitCode() + ": " + outcome.error(), hadoop);
            }
        });
    }

    /** Writes to two. */
    private static final class Copying extends Writer {
        private final Writer first;
        private final Writer second;

        Copying(Writer first, Writer second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void write(char[] characters, int from, int count) throws IOException {
            first.write(characters, from, count);
            second.write(characters, from, count);
        }

        @Override
        public void flush() throws IOException {
            first.flush();
            second.flush();
        }

        @Override
        public void close() throws IOException {
            // The first is somebody else's.
            flush();
        }
    }
}
