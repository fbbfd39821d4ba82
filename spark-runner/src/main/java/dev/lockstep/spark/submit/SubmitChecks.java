package dev.lockstep.spark.submit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.DeployMode;
import dev.lockstep.spark.cli.SubmitRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is wrong with a submission before anything of it is sent anywhere. */
public final class SubmitChecks {
    private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

    /** Files and directories that a job reads, as its keys. */
    private static final List<String> INPUTS =
            List.of("data.directory", "data.train", "data.test", "model.initial_weights");

    private static final Map<String, String> OF_OPTIONS =
            Map.of("spark.master", "--master", "spark.submit.deployMode", "--deploy-mode");

    private static final List<String> WAITING =
            List.of("spark.yarn.submit.waitAppCompletion", "spark.standalone.submit.waitAppCompletion");

    private SubmitChecks() {}

    /**
     * Refuses what cannot work.
     *
     * @param master of the command line or the job; null where neither says
     * @return what a person should know although it may work
     */
    static List<String> require(SubmitRequest request, JobConfig job, @Nullable String master) {
        if (master == null) {
            throw usage(
                    "which cluster? Give --master yarn or --master spark://host:7077, or cluster.master in the job");
        }
        Map<String, String> settings = request.settingsByKey();
        OF_OPTIONS.forEach((setting, option) -> {
            if (settings.containsKey(setting)) {
                throw usage("--conf " + setting + ": give " + option + " instead");
            }
        });
        for (String setting : WAITING) {
            if ("false".equals(settings.get(setting))) {
                throw usage("--conf " + setting + "=false: submit waits for the end, to tell how it was; use plain"
                        + " spark-submit for a training that nobody waits for");
            }
        }
        return request.deployMode() == DeployMode.CLUSTER ? requireForCluster(request, job, master) : List.of();
    }

    private static List<String> requireForCluster(SubmitRequest request, JobConfig job, String master) {
        if (master.startsWith("local")) {
            throw usage("--master " + master + " --deploy-mode cluster: local mode has no cluster for the driver;"
                    + " expected yarn or spark://host:7077, or --deploy-mode client");
        }
        String runDirectory = request.train().runDirectory();
        if (runDirectory == null) {
            throw usage("--deploy-mode cluster: the run directory would be in the working directory of the driver's"
                    + " container; give --run-dir with a URI that all hosts reach, such as"
                    + " hdfs://namenode:8020/runs/" + job.name());
        }
        requireShared("run directory", "--run-dir", runDirectory);
        String checkpoints = job.checkpoint().directory();
        if (checkpoints != null) {
            requireShared("checkpoint.directory", "it", checkpoints);
        }
        return inputs(job);
    }

    /**
     * Refuses a local path for what the driver in the cluster writes.
     *
     * @param what it is, for the message
     * @param option that names it
     */
    public static void requireShared(String what, String option, String location) {
        if (!URI.matcher(location).matches()) {
            throw usage(what + " " + location + ": with --deploy-mode cluster it would be on whichever host the driver"
                    + " gets, or lost with its container; give " + option + " as a URI that all hosts reach, such as"
                    + " hdfs://namenode:8020/runs/name (file:///path for a directory that all hosts have mounted)");
        }
    }

    private static List<String> inputs(JobConfig job) {
        JsonNode json = JobFile.toJson(job);
        List<String> warnings = new ArrayList<>();
        for (String key : INPUTS) {
            JsonNode value = json.at("/" + key.replace('.', '/'));
            if (!value.isTextual() || URI.matcher(value.asText()).matches()) {
                continue;
            }
            String path = value.asText();
            if (!path.startsWith("/")) {
                throw usage(key + ": " + path + " is a path relative to this directory, and with --deploy-mode cluster"
                        + " the driver has another; expected a URI such as hdfs://namenode:8020/data, or an absolute"
                        + " path that all hosts have");
            }
            warnings.add(key + ": " + path + " is a local path: every host that the driver or an executor may run on"
                    + " must have it");
        }
        return warnings;
    }

    private static LockstepException usage(String message) {
        return new LockstepException(ExitCode.USAGE, message);
    }
}
