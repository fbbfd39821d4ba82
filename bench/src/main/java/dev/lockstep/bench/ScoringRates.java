package dev.lockstep.bench;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.spark.TrainedModel;
import dev.lockstep.spark.data.FittedData;
import dev.lockstep.spark.data.InputFormat;
import dev.lockstep.spark.data.ScoringInput;
import dev.lockstep.spark.scoring.LockstepModel;
import dev.lockstep.spark.scoring.ModelScorer;
import dev.lockstep.spark.scoring.ScoringTally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** How fast one core predicts with model A, from several sources, beside how fast it trains. All take turns. */
final class ScoringRates implements AutoCloseable {
    private static final Workload WORKLOAD = Workload.MLP;
    private static final int SAMPLES = 51_200;
    private static final int PIXELS = BenchmarkData.SIDE * BenchmarkData.SIDE;
    private static final int BATCH = ModelScorer.DEFAULT_BATCH_SIZE;
    private static final int TRAINING_STEPS = 800;
    private static final double THOUSAND = 1e3;

    private final Path directory;
    private final int rounds;
    private final Consumer<String> progress;
    private final SparkSession session;
    private final TrainedModel model;
    private final Map<String, Dataset<Row>> sources = new LinkedHashMap<>();
    private final Map<String, List<Double>> rates = new LinkedHashMap<>();
    private final Map<String, List<Double>> computing = new LinkedHashMap<>();

    /**
     * Draws and writes what is read.
     *
     * @param directory for data and logs
     * @param rounds of each
     * @param progress told what happens
     */
    ScoringRates(Path directory, int rounds, Consumer<String> progress) throws IOException {
        this.directory = directory;
        this.rounds = rounds;
        this.progress = progress;
        session = SparkSession.builder()
                .master("local[1]")
                .appName("scoring")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "localhost")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate();
        BenchmarkData data = BenchmarkData.of(SAMPLES, directory);
        JobConfig job = WORKLOAD.job(data.directory(), List.of());
        NetworkPlan network = NetworkPlan.of(
                job.model(),
                Shape.of(BenchmarkData.SIDE, BenchmarkData.SIDE),
                job.training().loss());
        model = new TrainedModel(
                "bench", job, network, network.initialParameters(1), 0, "model", new FittedData(null, null));
        addSources(data.directory(), job);
    }

    private void addSources(Path data, JobConfig job) throws IOException {
        progress.accept("writing " + SAMPLES + " samples as Parquet");
        String images;
        try (Stream<Path> files = Files.list(data)) {
            images = files.map(Path::toString)
                    .filter(name -> name.contains("train-images"))
                    .findFirst()
                    .orElseThrow();
        }
        Dataset<Row> idx = ScoringInput.open(session, InputFormat.IDX, images, job.data(), 1)
                .rows();
        Dataset<Row> bytes = parquet("bytes", idx.select("index", "features"));
        StructType numbers = new StructType()
                .add("index", DataTypes.LongType)
                .add("features", DataTypes.createArrayType(DataTypes.FloatType, false));
        Dataset<Row> arrays =
                parquet("arrays", bytes.map((MapFunction<Row, Row>) ScoringRates::asNumbers, Encoders.row(numbers)));
        sources.put("IDX", idx);
        sources.put("Parquet, a binary column", bytes);
        sources.put("Parquet, an array of floats", arrays);
    }

    private static Row asNumbers(Row row) {
        byte[] bytes = row.getAs(1);
        Float[] numbers = new Float[bytes.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (bytes[i] & 0xFF);
        }
        return RowFactory.create(row.getLong(0), numbers);
    }

    private Dataset<Row> parquet(String name, Dataset<Row> rows) {
        String path = directory.resolve("scoring-" + name).toString();
        rows.write().mode("overwrite").parquet(path);
        return session.read().parquet(path);
    }

    /** Everything there is to measure, in turns. */
    List<Overhead> all() {
        List<String> arguments = List.of("lockstep", WORKLOAD.name(), directory.toString());
        try (ContenderProcess training = new ContenderProcess(directory.resolve("logs"), List.of(arguments));
                ModelScorer scorer = ModelScorer.of(model, BATCH, 1)) {
            training.prepare();
            round(training, scorer);
            rates.clear();
            computing.clear();
            for (int number = 1; number <= rounds; number++) {
                progress.accept("round " + number + " of " + rounds);
                round(training, scorer);
            }
        }
        List<Overhead> measured = new ArrayList<>();
        rates.forEach((what, values) -> measured.add(new Overhead(what, "k/s", OptionalDouble.empty(), values)));
        computing.forEach((what, values) -> measured.add(
                new Overhead("of its tasks' time in the network: " + what, "%", OptionalDouble.empty(), values)));
        return measured;
    }

    private void round(ContenderProcess training, ModelScorer scorer) {
        add("training: forward and backward, 128 a step", training.rate(TRAINING_STEPS));
        add("the network alone, " + BATCH + " at a time", alone(scorer));
        sources.forEach((name, rows) -> {
            add("reading: " + name, rate(rows.select("features")));
            ScoringTally tally = ScoringTally.start(session.sparkContext());
            Dataset<Row> predicted =
                    LockstepModel.of(session, model).withTally(tally).transform(rows, List.of("index"));
            add("predicting: " + name, rate(predicted));
            double inNetwork = tally.computingNanos().value();
            double all = inNetwork + tally.readingNanos().value();
            computing.computeIfAbsent(name, key -> new ArrayList<>()).add(100 * inNetwork / all);
        });
    }

    private void add(String what, double samplesPerSecond) {
        rates.computeIfAbsent(what, key -> new ArrayList<>()).add(samplesPerSecond / THOUSAND);
    }

    /** Samples a second of features that are in memory. */
    private static double alone(ModelScorer scorer) {
        float[] features = new float[BATCH * PIXELS];
        for (int i = 0; i < features.length; i++) {
            features[i] = (i % 256) / 255f;
        }
        long began = System.nanoTime();
        for (int done = 0; done < SAMPLES; done += BATCH) {
            scorer.score(features, BATCH);
        }
        return SAMPLES / ((System.nanoTime() - began) / 1e9);
    }

    /** Samples a second of a job whose rows nobody keeps. */
    private static double rate(Dataset<Row> rows) {
        long began = System.nanoTime();
        rows.withColumn("read", functions.lit(true))
                .write()
                .format("noop")
                .mode("overwrite")
                .save();
        return SAMPLES / ((System.nanoTime() - began) / 1e9);
    }

    @Override
    public void close() {
        session.stop();
    }
}
