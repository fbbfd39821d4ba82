package dev.lockstep.spark.submit;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.spark.cli.DeployMode;
import dev.lockstep.spark.cli.SubmitRequest;
import dev.lockstep.spark.cli.TrainRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * The command line of spark-submit. What stands on it can be read by everybody who lists the processes of a machine, so
 * no secret of the job does: a driver in the cluster finds the job in the folder of its submission.
 *
 * @param submit the program spark-submit
 * @param master of the cluster
 * @param assembly path or URI of the assembly
 * @param driverJavaOptions that spark-defaults.conf has for drivers; empty for none
 */
record SubmitCommandLine(String submit, String master, String assembly, String driverJavaOptions) {
    private static final String MAIN_CLASS = "dev.lockstep.spark.LockstepCli";
    private static final String APPLICATION_NAME = "spark.app.name";
    private static final String JAVA_OPTIONS = "spark.driver.extraJavaOptions";

    /** Settings of a job that a driver comes too late for: its own process, and what YARN is asked before it starts. */
    private static final Pattern BEFORE_THE_DRIVER =
            Pattern.compile("spark\\.driver\\..+|spark\\.yarn\\..+|spark\\.executor\\.maxNumFailures");

    /** Lockstep's own restart budget governs; YARN's application master looks at this one before the driver runs. */
    private static final Map<String, String> IN_CLUSTER =
            Map.of("spark.executor.maxNumFailures", "1000", "spark.standalone.submit.waitAppCompletion", "true");

    /**
     * The words.
     *
     * @param job where the driver finds the job
     * @param submission where it tells of its end
     */
    List<String> words(SubmitRequest request, JobConfig resolved, String job, String submission) {
        List<String> words = new ArrayList<>(List.of(submit, "--master", master));
        words.addAll(List.of("--deploy-mode", request.deployMode().word()));
        words.addAll(request.options());
        settings(request, resolved).forEach((key, value) -> words.addAll(List.of("--conf", key + "=" + value)));
        words.addAll(List.of("--conf", SubmittedDriver.SETTING + "=" + submission));
        words.addAll(List.of("--class", MAIN_CLASS, assembly));
        words.addAll(train(request, job));
        return words;
    }

    private Map<String, String> settings(SubmitRequest request, JobConfig resolved) {
        Map<String, String> settings = new LinkedHashMap<>();
        // Else Spark calls it by the name of the class.
        settings.put(APPLICATION_NAME, "lockstep " + resolved.name());
        if (request.deployMode() == DeployMode.CLUSTER) {
            settings.putAll(IN_CLUSTER);
        }
        resolved.cluster().spark().forEach((key, value) -> {
            String pair = key + "=" + value;
            boolean named = key.equals(APPLICATION_NAME)
                    || BEFORE_THE_DRIVER.matcher(key).matches();
            boolean hasOption = request.options().contains(optionOf(key));
            if (named && !hasOption && !hasSecret(pair)) {
                settings.put(key, value);
            }
        });
        settings.putAll(request.settingsByKey());
        if (request.deployMode() == DeployMode.CLUSTER && master.startsWith("spark:")) {
            openModules(settings);
        }
        return settings;
    }

    private static boolean hasSecret(String pair) {
        return !KeptJob.masked(pair).equals(pair);
    }

    /** A worker of Spark's own cluster starts drivers without what Spark needs on Java 17; everybody else sees to it. */
    private void openModules(Map<String, String> settings) {
        String others = settings.getOrDefault(JAVA_OPTIONS, driverJavaOptions);
        if (!hasSecret(others)) {
            settings.put(JAVA_OPTIONS, (JavaModuleOptions.defaultModuleOptions() + " " + others).strip());
        }
    }

    /** Such as {@code --driver-memory} for {@code spark.driver.memory}: what the command line says comes first. */
    private static String optionOf(String key) {
        return "--" + key.replaceFirst("^spark\\.", "").replace('.', '-').toLowerCase(Locale.ROOT);
    }

    private static List<String> train(SubmitRequest request, String job) {
        TrainRequest train = request.train();
        List<String> words = new ArrayList<>(List.of("train", job));
        String runDirectory = train.runDirectory();
        if (runDirectory != null) {
            words.addAll(List.of("--run-dir", runDirectory));
        }
        words.addAll(List.of("--resume", train.resume().name().toLowerCase(Locale.ROOT)));
        if (train.fresh()) {
            words.add("--fresh");
        }
        if (train.strict()) {
            words.add("--strict");
        }
        if (train.debug()) {
            words.add("--debug");
        }
        if (request.deployMode() == DeployMode.CLIENT) {
            // In cluster mode they are in the job that is sent.
            Integer workers = train.workers();
            if (workers != null) {
                words.addAll(List.of("--workers", String.valueOf(workers)));
            }
            train.overrides().forEach(override -> words.addAll(List.of("--set", override)));
        }
        return words;
    }
}
