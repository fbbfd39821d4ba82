package dev.lockstep.spark.pipeline;

import dev.lockstep.core.schema.Setting;
import java.util.List;

/**
 * What the models are judged by.
 *
 * @param set keys of the job file, over those of the training
 */
public record DayEvaluationSpec(
        @Setting(
                        value =
                                "Keys of the job file, set after those of `train.set`, that name the held-out samples: both"
                                        + " the new and the current model are evaluated on the test samples of that job. By default"
                                        + " the test samples of the day's own job.",
                        byDefault = "[]")
                List<String> set) {
    public DayEvaluationSpec {
        set = List.copyOf(set);
        DayTrainingSpec.requireOverrides(set);
    }
}
