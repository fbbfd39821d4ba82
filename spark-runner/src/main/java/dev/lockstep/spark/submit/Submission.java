package dev.lockstep.spark.submit;

import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.data.HadoopFiles;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The folder of one submission: the resolved job on its way to a driver in the cluster, and what the driver has to say.
 * It is new each time, so that nothing of an older submission is taken for this one's, and closed to others than its
 * owner, because the job has its secrets in it. The job goes when the driver has ended for good.
 */
final class Submission {
    private static final String JOB = "job.yaml";
    private static final String DRIVER = "driver.json";
    private static final String OUTCOME = "outcome.json";

    private final RunDirectory folder;
    private final Configuration configuration;

    private Submission(RunDirectory folder, Configuration configuration) {
        this.folder = folder;
        this.configuration = configuration;
    }

    /**
     * Makes one.
     *
     * @param run the run directory
     * @throws LockstepException when nothing can be written there
     */
    static Submission begin(RunDirectory run, Configuration configuration) {
        run.probeWritable();
        try {
            RunDirectory all = run.directory(RunDirectory.SUBMISSIONS);
            all.make();
            RunDirectory own = all.directory(UUID.randomUUID().toString());
            own.make();
            return new Submission(own, configuration);
        } catch (IOException e) {
            throw failed("written to", run.location(), e);
        }
    }

    /** The one that a driver was told of. */
    static Submission at(String location, Configuration configuration) {
        return new Submission(RunDirectory.at(location, configuration), configuration);
    }

    private static LockstepException failed(String what, String location, IOException cause) {
        return new LockstepException(
                ExitCode.CLUSTER,
                "the run directory cannot be " + what + ": " + location + ": " + cause.getMessage()
                        + "; check that its file system is up",
                cause);
    }

    String location() {
        return folder.location();
    }

    /** Where {@link #writeJob} puts the job. */
    String job() {
        return folder.resolve(JOB);
    }

    void writeJob(String yaml) {
        try {
            folder.writeText(JOB, yaml);
        } catch (IOException e) {
            throw failed("written to", location(), e);
        }
    }

    void writeDriver(DriverPlace place) throws IOException {
        folder.writeText(DRIVER, place.toJson());
    }

    void writeOutcome(Outcome outcome) throws IOException {
        folder.writeText(OUTCOME, outcome.toJson());
    }

    /** Where the driver runs, once it has begun. */
    Optional<DriverPlace> driver() throws IOException {
        return folder.readText(DRIVER).flatMap(DriverPlace::fromJson);
    }

    /** How the driver ended, once it has. */
    Optional<Outcome> outcome() throws IOException {
        return folder.readText(OUTCOME).flatMap(Outcome::fromJson);
    }

    /** Removes the job, which has secrets in it. */
    void removeJob() throws IOException {
        remove(job());
    }

    /** Removes the folder. */
    void remove() throws IOException {
        remove(location());
    }

    private void remove(String location) throws IOException {
        Path path = HadoopFiles.qualify(location, configuration);
        path.getFileSystem(configuration).delete(path, true);
    }
}
