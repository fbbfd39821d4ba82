package dev.lockstep.spark;

import dev.lockstep.core.fuzz.FuzzFiles;
import dev.lockstep.core.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** A run directory as {@code lockstep inspect} finds it. */
public final class RunDirectoryFuzzTarget implements FuzzTarget {
    private static final List<String> NAMES = List.of("job.yaml", "result.json");
    private static final String JOB =
            """
            name: small
            data: {format: idx, directory: /data}
            model: {layers: [{dense: {units: 3, activation: softmax}}]}
            training: {loss: sparse_categorical_crossentropy}
            """;
    private static final String RESULT =
            """
            {"status": "completed", "epochs": 2, "steps": 20, "workers": 1, "error": null,
             "train": {"loss": 0.5, "accuracy": 0.9, "samples_per_second": 100.5},
             "test": {"loss": 0.5, "accuracy": 0.9, "samples": 10, "baseline": {"accuracy": 0.1}}}""";

    private final Configuration configuration = new Configuration();
    private @Nullable Path directory;

    @Override
    public String name() {
        return "run-directory";
    }

    @Override
    public List<byte[]> seeds() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("job.yaml", JOB);
        files.put("result.json", RESULT);
        return List.of(FuzzFiles.joinedTexts(files), FuzzFiles.joinedTexts(Map.of("job.yaml", JOB)));
    }

    @Override
    public void read(byte[] input) throws IOException {
        Map<String, byte[]> files = FuzzFiles.split(input);
        Path root = directory();
        for (String name : NAMES) {
            byte[] content = files.get(name);
            if (content == null) {
                Files.deleteIfExists(root.resolve(name));
            } else {
                Files.write(root.resolve(name), content);
            }
        }
        RunInspection.of(root.toString(), configuration);
    }

    private synchronized Path directory() throws IOException {
        Path known = directory;
        if (known == null) {
            known = Files.createTempDirectory("lockstep-fuzz");
            known.toFile().deleteOnExit();
            directory = known;
        }
        return known;
    }

    @Override
    public List<String> words() {
        return List.of("null", "[]", "1e308", "\"status\":{}", "\"train\":[]", "\"baseline\":7");
    }
}
