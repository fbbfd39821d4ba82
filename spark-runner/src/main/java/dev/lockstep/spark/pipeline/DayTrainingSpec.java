package dev.lockstep.spark.pipeline;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import java.util.List;

/**
 * How a day is trained.
 *
 * @param start what it begins with
 * @param set keys of the job file
 */
public record DayTrainingSpec(
        @Setting(value = "What the training of a day begins with.", byDefault = "fresh") StartFrom start,
        @Setting(
                        value =
                                "Keys of the job file, each as `KEY=VALUE`, as by `lockstep train --set`. In them `{data}`"
                                        + " is the day's `data.path`, and `{date}`, `{yyyy}`, `{MM}`, `{dd}` and `{yyyyMMdd}` are"
                                        + " the day.",
                        byDefault = "[]")
                List<String> set) {
    public DayTrainingSpec {
        set = List.copyOf(set);
        requireOverrides(set);
    }

    static void requireOverrides(List<String> set) {
        Checks checks = new Checks();
        for (String override : set) {
            checks.that(
                    "set", override.indexOf('=') > 0, "KEY=VALUE, such as data.directory={data}", '"' + override + '"');
        }
        checks.done();
    }
}
