package dev.lockstep.spark.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that are spark-submit's and go to it as they are. */
final class SparkSubmitOptions {
    private final List<String> words = new ArrayList<>();

    private final List<String> settings = new ArrayList<>();

    @Spec(Spec.Target.MIXEE)
    @Nullable
    private CommandSpec command;

    @Option(
            names = "--conf",
            paramLabel = "KEY=VALUE",
            description = "A setting of Spark, such as spark.task.cpus=2. May be repeated. It stands on a command line,"
                    + " where others see it: secrets belong into Spark's own configuration.")
    void setSettings(List<String> given) {
        settings.clear();
        for (String setting : given) {
            if (setting.indexOf('=') < 1) {
                throw wrong("--conf: expected KEY=VALUE such as spark.task.cpus=2, found \"" + setting + "\"");
            }
            settings.add(setting);
        }
    }

    @Option(names = "--num-executors", paramLabel = "N", description = "Executors to ask YARN or Kubernetes for.")
    void setExecutors(int number) {
        positive("--num-executors", number);
    }

    @Option(names = "--executor-cores", paramLabel = "N", description = "Cores of each executor.")
    void setExecutorCores(int number) {
        positive("--executor-cores", number);
    }

    @Option(names = "--total-executor-cores", paramLabel = "N", description = "Cores of all executors (standalone).")
    void setTotalExecutorCores(int number) {
        positive("--total-executor-cores", number);
    }

    @Option(names = "--executor-memory", paramLabel = "SIZE", description = "Heap of each executor, such as 2g.")
    void setExecutorMemory(String size) {
        add("--executor-memory", size);
    }

    @Option(names = "--driver-memory", paramLabel = "SIZE", description = "Heap of the driver, such as 2g.")
    void setDriverMemory(String size) {
        add("--driver-memory", size);
    }

    @Option(names = "--driver-cores", paramLabel = "N", description = "Cores of a driver in the cluster.")
    void setDriverCores(int number) {
        positive("--driver-cores", number);
    }

    @Option(names = "--queue", paramLabel = "NAME", description = "YARN's queue.")
    void setQueue(String name) {
        add("--queue", name);
    }

    @Option(names = "--principal", paramLabel = "NAME", description = "Kerberos principal.")
    void setPrincipal(String name) {
        add("--principal", name);
    }

    @Option(names = "--keytab", paramLabel = "FILE", description = "Keytab of the principal.")
    void setKeytab(String file) {
        add("--keytab", file);
    }

    @Option(
            names = "--properties-file",
            paramLabel = "FILE",
            description = "Settings of Spark, instead of conf/spark-defaults.conf; the place for secrets.")
    void setPropertiesFile(String file) {
        add("--properties-file", file);
    }

    private void positive(String option, int number) {
        if (number < 1) {
            throw wrong(option + ": expected a whole number above 0, found " + number);
        }
        add(option, String.valueOf(number));
    }

    private void add(String option, String value) {
        words.add(option);
        words.add(value);
    }

    List<String> words() {
        return words;
    }

    List<String> settings() {
        return settings;
    }

    private ParameterException wrong(String message) {
        if (command == null) {
            throw new IllegalStateException("options used outside a command line");
        }
        return new ParameterException(command.commandLine(), message);
    }
}
