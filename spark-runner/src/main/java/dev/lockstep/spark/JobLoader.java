package dev.lockstep.spark;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.data.HadoopFiles;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads job files from wherever Hadoop reads. */
final class JobLoader {
    /** Takes the resolved job: fifty lines that a driver's log should have and a terminal should not. */
    static final Logger LOG = LoggerFactory.getLogger(JobLoader.class);

    private JobLoader() {}

    /**
     * Reads a job.
     *
     * @param location local path or Hadoop URI
     * @param workers of the command line, or null
     */
    static JobConfig load(
            String location, List<String> overrides, @Nullable Integer workers, Configuration configuration) {
        String text;
        try {
            text = HadoopFiles.readText(HadoopFiles.qualify(location, configuration), configuration);
        } catch (LockstepException e) {
            throw new LockstepException(ExitCode.USAGE, "job file: " + e.getMessage(), e);
        }
        List<String> all = new ArrayList<>(overrides);
        if (workers != null) {
            all.add("cluster.workers=" + workers);
        }
        return JobFile.read(text, location, all, System.getenv());
    }
}
