package dev.lockstep.spark.submit;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A driver that a worker of Spark's own cluster started. */
final class StandaloneDriver {
    private StandaloneDriver() {}

    /** What the cluster calls it: the name of the folder that it runs in. Empty for any other process. */
    static Optional<String> name(Function<String, @Nullable String> properties, Path workingDirectory) {
        String folder = String.valueOf(workingDirectory.getFileName());
        return "cluster".equals(properties.apply("spark.submit.deployMode")) && folder.startsWith("driver-")
                ? Optional.of(folder)
                : Optional.empty();
    }
}
