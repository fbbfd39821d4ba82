package dev.lockstep.core.data.table;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.List;

/**
 * See {@link Named}.
 *
 * @param divisor of the values
 * @param columns that are changed
 */
@Named(
        value = "scale",
        doc =
                "x' = x / divisor: `scale: {divisor: 255}` takes bytes to 0..1. `data.scale` does the same with all features;"
                        + " this one can be given columns.")
public record ScaleStep(
        @Setting("What values are divided by.") double divisor,
        @Setting(
                        value =
                                "Columns that are changed: names, or numbers from 0 where there is no header; all that hold"
                                        + " numbers, but for one-hot ones, when none are given.",
                        byDefault = "[]",
                        single = true)
                List<String> columns)
        implements PreprocessingStep {
    public ScaleStep {
        columns = List.copyOf(columns);
        new Checks().positive("divisor", divisor).done();
    }

    @Override
    public boolean isFitted() {
        return false;
    }
}
