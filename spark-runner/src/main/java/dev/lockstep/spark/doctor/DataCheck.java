package dev.lockstep.spark.doctor;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.spark.data.DataPresence;
import dev.lockstep.spark.data.SampleLayout;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Whether the data is there, and whether the model takes it, by headers and names of columns: nothing is packed. */
final class DataCheck implements Check {
    @Override
    public String name() {
        return "data";
    }

    /** The words of a CSV file's one_hot columns are looked for in all of its lines. */
    @Override
    public Duration deadline() {
        return Duration.ofSeconds(60);
    }

    @Override
    public List<Finding> look(Subject subject) {
        if (!subject.jobGiven()) {
            return List.of(Finding.ok("data", "not looked at: no job file given"));
        }
        DataPresence.require(subject.job().data(), subject.hadoop());
        SampleLayout layout = layout(subject);
        NetworkPlan plan = plan(subject, layout);
        plan.requireTrainable();
        boolean isCounted = !(subject.job().data() instanceof CsvData);
        return List.of(Finding.ok(
                "data",
                String.format(
                        Locale.ROOT,
                        "%s of shape %s; the model takes them, has %,d parameters and gives %s",
                        isCounted ? String.format(Locale.ROOT, "%,d samples", layout.samples()) : "rows",
                        layout.features(),
                        plan.parameterCount(),
                        plan.outputShape())));
    }

    /** The rows of CSV files are not counted: they may be many. */
    static SampleLayout layout(Subject subject) {
        Integer known = subject.job().data() instanceof CsvData ? Integer.valueOf(1) : null;
        return SampleLayout.of(subject.job().data(), known, subject.hadoop());
    }

    static NetworkPlan plan(Subject subject, SampleLayout layout) {
        try {
            return NetworkPlan.of(
                    subject.job().model(),
                    layout.features(),
                    subject.job().training().loss());
        } catch (IllegalArgumentException unfit) {
            throw new LockstepException(ExitCode.USAGE, "model: " + unfit.getMessage(), unfit);
        }
    }
}
