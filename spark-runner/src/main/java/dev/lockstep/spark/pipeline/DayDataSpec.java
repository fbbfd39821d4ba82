package dev.lockstep.spark.pipeline;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;

/**
 * Where the data of a day are and when they are complete.
 *
 * @param path with placeholders of the day
 * @param marker a file in it, or "none"
 * @param pollSeconds between two looks
 * @param waitMinutes until the newest day is given up
 */
public record DayDataSpec(
        @Setting(
                        "Where the data of a day are: a local path or a Hadoop URI with `{yyyy}`, `{MM}`, `{dd}`, `{yyyyMMdd}` or"
                                + " `{date}` (2026-01-31) in it.")
                String path,
        @Setting(
                        value =
                                "The file in `path` that says that the data are complete; `none` where `path` itself does.",
                        byDefault = "_SUCCESS")
                String marker,
        @Setting(value = "Seconds between two looks.", byDefault = "60") double pollSeconds,
        @Setting(
                        value =
                                "How many minutes the newest day, or that of `--date`, is waited for, from the start of the"
                                        + " command on; 0 looks once. Then the run ends with exit code 9.",
                        byDefault = "120")
                double waitMinutes) {
    static final String NO_MARKER = "none";

    public DayDataSpec {
        String unknown = Placeholders.unknownIn(path);
        new Checks()
                .that("path", unknown.isEmpty(), "placeholders out of " + Placeholders.NAMES, "{" + unknown + "}")
                .that(
                        "path",
                        !unknown.isEmpty() || Placeholders.nameADay(path),
                        "a path with the day in it, such as hdfs://namenode:8020/data/{yyyy}/{MM}/{dd}",
                        path.isBlank() ? "\"\"" : path)
                .that("marker", !marker.isBlank() && marker.indexOf('/') < 0, "the name of a file, or none", marker)
                .positive("poll_seconds", pollSeconds)
                .notNegative("wait_minutes", waitMinutes)
                .done();
    }

    boolean hasMarker() {
        return !marker.equals(NO_MARKER);
    }
}
