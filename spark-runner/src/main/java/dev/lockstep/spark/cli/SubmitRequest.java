package dev.lockstep.spark.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code submit}.
 *
 * @param train what is to be trained; its master is the cluster's
 * @param deployMode where the driver runs
 * @param options of spark-submit, words that come in pairs such as {@code --num-executors}, {@code 4}
 * @param settings of Spark, {@code key=value}, in the order given
 * @param assembly where the cluster finds {@code lockstep-assembly.jar}, or null for the one that runs
 */
public record SubmitRequest(
        TrainRequest train,
        DeployMode deployMode,
        List<String> options,
        List<String> settings,
        @Nullable String assembly) {
    public SubmitRequest {
        options = List.copyOf(options);
        settings = List.copyOf(settings);
    }

    /** The settings by key; of one that is given twice the last. */
    public Map<String, String> settingsByKey() {
        Map<String, String> byKey = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            byKey.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return byKey;
    }
}
