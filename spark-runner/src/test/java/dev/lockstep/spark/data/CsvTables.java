package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.ValidationSpec;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CSV data for tests: numbers alone, with nothing to be done to them. */
final class CsvTables {
    private CsvTables() {}

    static CsvData plain(
            Path train, @Nullable Path test, String label, List<String> ignore, boolean header, String delimiter) {
        return of(train, test, label, ignore, header, delimiter, ValidationSpec.NONE, ValidationSpec.NONE, null);
    }

    /** Labelled by column y. */
    static CsvData apart(
            Path train,
            List<String> ignore,
            ValidationSpec validation,
            ValidationSpec testSplit,
            @Nullable String weights) {
        return of(train, null, "y", ignore, true, ",", validation, testSplit, weights);
    }

    private static CsvData of(
            Path train,
            @Nullable Path test,
            String label,
            List<String> ignore,
            boolean header,
            String delimiter,
            ValidationSpec validation,
            ValidationSpec testSplit,
            @Nullable String weights) {
        return new CsvData(
                train.toString(),
                test == null ? null : test.toString(),
                List.of(label),
                ignore,
                header,
                delimiter,
                1,
                validation,
                testSplit,
                weights,
                "",
                0,
                List.of(),
                List.of());
    }
}
