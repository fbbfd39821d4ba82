package dev.lockstep.spark.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.cluster.membership.Coordinator;
import dev.lockstep.cluster.membership.Member;
import dev.lockstep.cluster.membership.MembershipSettings;
import dev.lockstep.cluster.membership.RunSecret;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.collective.RunObserver;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.InMemorySamples;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.train.Trainer;
import dev.lockstep.core.train.TrainingData;
import dev.lockstep.core.train.TrainingSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A worker of a measurement, in a process of its own: the real training loop over real connections, on samples made up.
 * Rank 0 is the driver too and prints, as soon as it is known, its address, and at the end {@code measured}, seconds of a
 * step without its feeding and how much of them is the merge: medians over the second half of the epochs.
 *
 * <p>Arguments: rank, size, host (of rank 0) or address (of the others), shape, samples, job. The run's secret comes in
 * the environment.
 */
public final class MeasuredWorker {
    static final String SECRET_VARIABLE = "LOCKSTEP_TEST_SECRET";
    private static final double SILENCE_SECONDS = 60;

    private MeasuredWorker() {}

    /** Trains the job, all of it. */
    public static void main(String[] arguments) throws IOException {
        int rank = Integer.parseInt(arguments[0]);
        int size = Integer.parseInt(arguments[1]);
        Shape shape = Shape.of(Stream.of(arguments[3].split("x", -1))
                .mapToInt(Integer::parseInt)
                .toArray());
        int samples = Integer.parseInt(arguments[4]);
        JobConfig job = JobFile.fromJson(arguments[5]);
        RunSecret secret = RunSecret.parse(String.valueOf(System.getenv(SECRET_VARIABLE)));
        MembershipSettings settings = new MembershipSettings(
                size,
                secret,
                arguments[2],
                SILENCE_SECONDS,
                SILENCE_SECONDS,
                new DataTransport(false, job.cluster().sharedMemory()));
        if (rank > 0) {
            train(job, shape, samples, rank, arguments[2], settings);
            return;
        }
        Epochs epochs = new Epochs();
        try (Coordinator coordinator = new Coordinator(settings, epochs)) {
            System.out.println("address " + coordinator.address());
            train(job, shape, samples, rank, coordinator.address(), settings);
        }
        System.out.println(epochs.summary(samples, job.training().batchSize()));
    }

    private static void train(
            JobConfig job, Shape shape, int samples, int rank, String address, MembershipSettings settings)
            throws IOException {
        NetworkPlan plan = NetworkPlan.of(job.model(), shape, job.training().loss());
        Path checkpoints = Files.createTempDirectory("lockstep-measured");
        try (Member member = Member.connect(address, rank, 0, settings);
                ModelReplica replica = ModelReplicas.create(plan, Trainer.batchCapacity(job, settings.size()), 1);
                CheckpointManager manager = new CheckpointManager(
                        new LocalCheckpointStorage(checkpoints), job.checkpoint(), () -> 1L, "measured", event -> {});
                TrainingData data = data(plan, samples)) {
            new Trainer(new TrainingSetup(job, data, replica, member, manager)).run();
        } finally {
            try (Stream<Path> files = Files.walk(checkpoints)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static TrainingData data(NetworkPlan plan, int samples) {
        SplittableRandom random = new SplittableRandom(1);
        int outputs = plan.outputShape().size();
        boolean classes = plan.loss().labelKind() == LabelKind.CLASS_INDEX;
        int width = classes ? 1 : outputs;
        float[] features = new float[samples * plan.inputShape().size()];
        for (int i = 0; i < features.length; i++) {
            features[i] = random.nextInt(256) / 255f;
        }
        float[] labels = new float[samples * width];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(classes ? outputs : 2);
        }
        return new TrainingData(
                new InMemorySamples(plan.inputShape(), width, features, labels),
                IntStream.range(0, samples).toArray(),
                new int[0],
                null);
    }

    /** Remembers what the epochs took. */
    private static final class Epochs implements RunObserver {
        private final ObjectMapper mapper = new ObjectMapper();
        private final List<JsonNode> events = new CopyOnWriteArrayList<>();

        @Override
        public void published(int rank, String eventJson) {
            try {
                JsonNode event = mapper.readTree(eventJson);
                if (event.path("event").asText().equals("epoch") && rank == 0) {
                    events.add(event);
                }
            } catch (IOException notJson) {
                throw new IllegalStateException(eventJson, notJson);
            }
        }

        @Override
        public void generationFormed(long number, long sourceStep, String reason) {}

        @Override
        public void memberLost(int rank, String why) {
            System.err.println("rank " + rank + " was lost: " + why);
        }

        String summary(int samples, int batchSize) {
            double steps = Math.ceil((double) samples / batchSize);
            return String.format(
                    Locale.ROOT,
                    "measured %.9f %.9f",
                    (median("/seconds") - median("/phase_seconds/data")) / steps,
                    median("/phase_seconds/merge") / steps);
        }

        private double median(String pointer) {
            List<Double> values = new ArrayList<>();
            for (JsonNode event : events.subList(events.size() / 2, events.size())) {
                if (event.at(pointer).isMissingNode()) {
                    throw new IllegalStateException("no " + pointer + " in " + event);
                }
                values.add(event.at(pointer).asDouble());
            }
            values.sort(null);
            return values.get(values.size() / 2);
        }
    }
}
