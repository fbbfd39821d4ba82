package dev.lockstep.spark.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.InUseException;
import dev.lockstep.cluster.storage.LeaseTiming;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.cluster.storage.RunLease;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.data.HadoopFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** The commands of a pipeline: reads its file, takes its lock, begins. */
public final class PipelineStart {
    /** Longer than an abandoned lease lives, so that a dead run's lock is taken over by waiting for it once. */
    private static final Duration LEASE_WAIT = LeaseTiming.DEFAULT.expireAfter().plusSeconds(10);

    private final PipelineSpec spec;
    private final Configuration configuration;
    private final Consumer<String> terminal;

    /**
     * A pipeline by its file.
     *
     * @param location of the file: a local path or Hadoop URI
     * @param overrides of its keys
     * @throws LockstepException listing everything that is wrong with it
     */
    public PipelineStart(
            String location, List<String> overrides, Configuration configuration, Consumer<String> terminal) {
        this.spec = read(location, overrides, configuration, System.getenv());
        this.configuration = configuration;
        this.terminal = terminal;
    }

    static PipelineSpec read(
            String location, List<String> overrides, Configuration configuration, Map<String, String> variables) {
        String text;
        try {
            text = HadoopFiles.readText(HadoopFiles.qualify(location, configuration), configuration);
        } catch (LockstepException e) {
            throw new LockstepException(ExitCode.USAGE, "pipeline file: " + e.getMessage(), e);
        }
        return PipelineSpec.read(text, location, overrides, variables);
    }

    /** What the file says. */
    public PipelineSpec spec() {
        return spec;
    }

    private RunDirectory directory() {
        return RunDirectory.at(spec.directoryLocation(), configuration);
    }

    private PublishedModels models() {
        return new PublishedModels(spec.modelsLocation(), configuration);
    }

    /**
     * Works on the days that are due, or on one.
     *
     * @param day ISO; null for what the schedule says
     * @param again begins it anew although it may be finished
     * @return the exit code
     * @throws LockstepException with {@link ExitCode#LOCKED} when another run is under way
     */
    public int run(PipelineEngine engine, @Nullable String day, boolean again, Clock clock) {
        RunDirectory directory = directory();
        try (RunLease lease = lock(directory)) {
            HadoopPlaces places = new HadoopPlaces(configuration);
            DataWait wait = new DataWait(
                    spec.data(),
                    places,
                    System::nanoTime,
                    seconds -> TimeUnit.MILLISECONDS.sleep((long) (seconds * 1000)),
                    engine::stopRequested);
            PipelineContext context = new PipelineContext(
                    spec, directory, models(), engine, places, wait, clock, lease::assertHeld, terminal);
            return new Pipeline(context).run(day == null ? null : LocalDate.parse(day), again);
        }
    }

    private RunLease lock(RunDirectory directory) {
        try {
            return RunLease.acquire(
                    directory,
                    LeaseTiming.DEFAULT,
                    LEASE_WAIT,
                    waiting -> terminal.accept("waiting for process " + waiting.pid() + " on " + waiting.host()
                            + ", which holds this pipeline, unless it is alive"));
        } catch (InUseException e) {
            throw new LockstepException(
                    ExitCode.LOCKED,
                    "the pipeline " + spec.name() + " is running already, and nothing was begun: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Makes an older version current again; a run that is under way does not keep it from that.
     *
     * @param to which one; null for the one before
     * @return what was done, with a line end
     */
    public String rollBack(@Nullable String to) {
        PublishedModels models = models();
        try {
            return models.exclusively(() -> {
                try {
                    String before =
                            models.pointer().map(VersionPointer::current).orElse("none");
                    String now = models.rollBack(Optional.ofNullable(to));
                    return "Rolled back from " + before + " to " + now + ": " + models.pointerLocation() + " names "
                            + models.location(now) + "\n";
                } catch (IOException e) {
                    throw new UncheckedIOException(models.pointerLocation(), e);
                }
            });
        } catch (InUseException e) {
            throw new LockstepException(
                    ExitCode.LOCKED, "another command changes what is published; once more: " + e.getMessage(), e);
        }
    }

    /**
     * What is published and how the last days ended.
     *
     * @param json whether for programs
     * @return text with line ends
     */
    public String status(boolean json) {
        try {
            ObjectNode status = PipelineStatus.json(spec, directory(), models());
            return json ? status.toPrettyString() + "\n" : PipelineStatus.text(status);
        } catch (IOException e) {
            throw new UncheckedIOException(spec.directoryLocation(), e);
        }
    }
}
