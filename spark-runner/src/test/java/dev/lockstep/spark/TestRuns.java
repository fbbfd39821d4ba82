package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.cli.TrainRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs of the train command in this process. */
final class TestRuns {
    private TestRuns() {}

    static int train(Path jobFile, Path run, String... overrides) {
        return new SparkRunCommands()
                .train(new TrainRequest(
                        jobFile.toString(),
                        run.toString(),
                        "local[2]",
                        null,
                        ResumePolicy.AUTO,
                        false,
                        List.of(overrides),
                        false));
    }

    static JsonNode result(Path run) throws IOException {
        return new ObjectMapper().readTree(Files.readString(run.resolve("result.json")));
    }

    static Path copy(Path run, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(run.relativize(file).toString()));
            }
        }
        return to;
    }
}
