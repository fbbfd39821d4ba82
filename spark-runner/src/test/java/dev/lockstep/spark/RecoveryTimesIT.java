package dev.lockstep.spark;

import static dev.lockstep.spark.ExampleTraining.DEADLINE;
import static dev.lockstep.spark.ExampleTraining.SEPARATE_EXECUTORS;
import static dev.lockstep.spark.ExampleTraining.command;
import static dev.lockstep.spark.ExampleTraining.start;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.spark.launch.RunningLockstep;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a run stands still after {@code kill -9} of an executor: 20 kills, median and worst, for docs/faults.md. */
@Tag("spark")
@Tag("slow")
class RecoveryTimesIT {
    private static final int KILLS = 20;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void twentyKills() throws Exception {
        Path run = directory.resolve("run");
        List<Double> seconds = new ArrayList<>();
        try (RunningLockstep training = start(
                directory, command("digits.yaml", run.toString(), SEPARATE_EXECUTORS, "training.epochs=100000"))) {
            training.awaitOutput("Epoch 2/100000 ", DEADLINE);
            ExecutorKills kills = new ExecutorKills(training, run);
            for (int kill = 0; kill < KILLS; kill++) {
                seconds.add(kills.one(kill % 2));
            }
        }
        write(seconds.stream().sorted().toList());
        assertThat(seconds).hasSize(KILLS);
    }

    private static void write(List<Double> sorted) throws Exception {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("kills", sorted.size());
        json.put("median_seconds", (sorted.get(sorted.size() / 2 - 1) + sorted.get(sorted.size() / 2)) / 2);
        json.put("worst_seconds", sorted.get(sorted.size() - 1));
        json.put(
                "load_average_at_the_end",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        sorted.forEach(json.putArray("seconds")::add);
        Files.writeString(Path.of("target", "recovery-times.json"), json.toPrettyString() + "\n");
        System.out.println(json.toPrettyString());
    }
}
