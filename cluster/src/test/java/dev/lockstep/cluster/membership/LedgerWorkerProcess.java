package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.storage.LedgerFiles;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.InMemorySamples;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.ledger.LedgerEra;
import dev.lockstep.core.ledger.LedgerLine.Continues;
import dev.lockstep.core.ledger.LedgerWriter;
import dev.lockstep.core.ledger.SampleLedger;
import dev.lockstep.core.ledger.SamplesHash;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.train.InitialParameters;
import dev.lockstep.core.train.Trainer;
import dev.lockstep.core.train.TrainingData;
import dev.lockstep.core.train.TrainingSetup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * A worker that trains and notes which samples it uses, in a JVM of its own: address, rank, attempt, size and run
 * directory as arguments, the secret in the environment.
 */
public final class LedgerWorkerProcess {
    static final int SAMPLES = 505;
    static final int EPOCHS = 6;
    static final int BATCH = 10;

    /** 51 steps an epoch. */
    static final JobConfig JOB = JobFile.read(
            """
            name: ledger-test
            seed: 3
            data: {format: idx, directory: unused}
            model: {layers: [{dense: {units: 3, activation: softmax}}]}
            training: {loss: sparse_categorical_crossentropy, batch_size: 10, epochs: 6}
            checkpoint: {every: 1000 epochs}
            """,
            "ledger-test.yaml",
            List.of(),
            Map.of());

    private LedgerWorkerProcess() {}

    /** Trains to the end and says what it ended with. */
    public static void main(String[] arguments) {
        int rank = Integer.parseInt(arguments[1]);
        int attempt = Integer.parseInt(arguments[2]);
        int size = Integer.parseInt(arguments[3]);
        RunSecret secret = RunSecret.parse(String.valueOf(System.getenv(WorkerProcess.SECRET_VARIABLE)));
        MembershipSettings settings =
                new MembershipSettings(size, secret, "127.0.0.1", 30, 60, DataTransport.sockets(false));
        TrainingData data = data();
        NetworkPlan plan =
                NetworkPlan.of(JOB.model(), Shape.of(4), JOB.training().loss());
        try (Member member = Member.connect(arguments[0], rank, attempt, settings);
                ModelReplica replica = ModelReplicas.create(plan, Trainer.batchCapacity(JOB, size), 1);
                CheckpointManager manager = new CheckpointManager(
                        new LocalCheckpointStorage(Path.of(arguments[4], "checkpoints")),
                        JOB.checkpoint(),
                        () -> 1L,
                        "test",
                        event -> {});
                LedgerWriter ledger = ledger(arguments[4], rank, attempt, size, data.trainIndices())) {
            String hash = new Trainer(new TrainingSetup(
                            JOB, data, replica, member, manager, InitialParameters.DRAWN, slowly(ledger)))
                    .run()
                    .parametersSha256();
            System.out.println("result " + hash);
        }
    }

    private static LedgerWriter ledger(String run, int rank, int attempt, int size, int[] indices) {
        LedgerEra era = new LedgerEra(1, 0, 0);
        Continues common =
                new Continues(era, rank, 0, size, SAMPLES, BATCH, JOB.seed(), SamplesHash.of(indices, indices.length));
        LedgerFiles files = new LedgerFiles(RunDirectory.at(run, new Configuration()));
        return new LedgerWriter(
                common, files.ofWorker(era, rank, attempt), false, why -> System.out.println("failed " + why));
    }

    private static TrainingData data() {
        SplittableRandom random = new SplittableRandom(1);
        float[] features = new float[SAMPLES * 4];
        float[] labels = new float[SAMPLES];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextDouble();
        }
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(3);
        }
        return new TrainingData(
                new InMemorySamples(Shape.of(4), 1, features, labels),
                IntStream.range(0, SAMPLES).toArray(),
                new int[0],
                null);
    }

    /** So that there is a run to be killed in; tells how far it is. */
    private static SampleLedger slowly(SampleLedger ledger) {
        return new SampleLedger() {
            @Override
            public void continues(long generation, long afterStep) {
                ledger.continues(generation, afterStep);
                System.out.println("generation " + generation + " after " + afterStep);
            }

            @Override
            public void used(long step, int epoch, Slice positions, int[] sampleIndices) {
                ledger.used(step, epoch, positions, sampleIndices);
                if (step % 20 == 0) {
                    System.out.println("step " + step);
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(1);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void leftOut(long fromStep, long toStep) {
                ledger.leftOut(fromStep, toStep);
            }

            @Override
            public void ended(long step) {
                ledger.ended(step);
            }
        };
    }
}
