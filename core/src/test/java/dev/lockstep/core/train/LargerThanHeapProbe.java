package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.LabelView;
import dev.lockstep.core.data.PackedDataset;
import dev.lockstep.core.data.PackedManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Trains one epoch on the packed set of a directory, in a process whose heap cannot hold it. */
public final class LargerThanHeapProbe {
    /** The manifest's file, beside the parts. */
    static final String MANIFEST = "manifest.json";

    private LargerThanHeapProbe() {}

    /** Takes the directory. Ends with an exception where the heap could hold the set, a sample was left out or nothing learned. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        PackedManifest manifest = PackedManifest.fromJson(
                Files.readString(directory.resolve(MANIFEST), StandardCharsets.UTF_8), MANIFEST);
        require(
                3 * Runtime.getRuntime().maxMemory() <= manifest.totalBytes(),
                "the heap may have " + Runtime.getRuntime().maxMemory() + " bytes");
        JobConfig job = TestJobs.classifier(
                "training.batch_size=128", "training.epochs=1", "training.optimizer.sgd.learning_rate=0.002");
        int[] uses = new int[manifest.totalSamples()];
        try (PackedDataset samples = PackedDataset.open(directory, manifest, 255, LabelView.asIs());
                TrainingData data = new TrainingData(samples, Evaluator.all(uses.length), new int[0], null)) {
            InProcessTraining.Result result = new InProcessTraining(job, data, 1, directory.resolve("checkpoints"))
                    .reading((rank, source) -> new WrappedSource(source, (indices, from, to) -> {
                        for (int i = from; i < to; i++) {
                            uses[indices[i]]++;
                        }
                    }))
                    .run();
            JsonNode epoch = new ObjectMapper()
                    .readTree(result.events().get(result.events().size() - 1));
            System.out.println(epoch);
            // One of four classes is right by chance in a quarter of all cases.
            require(epoch.path("accuracy").asDouble() > 0.5, "nothing was learned");
        }
        require(Arrays.stream(uses).allMatch(count -> count == 1), "a sample was not used exactly once");
        System.out.println("every one of " + uses.length + " samples once");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }
}
