package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.SamplePart;
import dev.lockstep.core.data.ValidationSpec;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.evaluation.EvaluationScope;
import dev.lockstep.core.train.EvaluationFigures;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.data.TaskAnswer;
import dev.lockstep.spark.data.WorkerData;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Uses a trained model on the test samples of its job, or of other data given by {@code --set data....}. */
final class ModelUse {
    private static final Logger LOG = LoggerFactory.getLogger(ModelUse.class);
    private static final String TASK_FAILURES = "spark.task.maxFailures";

    private final TrainedModel model;
    private final @Nullable String master;
    private final JobConfig job;
    private final boolean otherData;
    private final @Nullable String workplace;

    ModelUse(String location, List<String> overrides, @Nullable String master, @Nullable Integer workers) {
        Configuration configuration = HadoopFiles.configuration(new SparkConf());
        model = TrainedModel.load(location, configuration);
        List<String> all = new ArrayList<>(overrides);
        if (workers != null) {
            all.add("cluster.workers=" + workers);
            // Slices are of training batches: they say nothing about who may use the model.
            all.add("determinism={}");
        }
        this.master = master;
        Map<String, String> environment = System.getenv();
        this.job = JobFile.read(
                JobFile.toYaml(usable(model.job(), environment)), location + ": the model's job", all, environment);
        this.otherData = !data(job).equals(data(model.job()));
        this.workplace = null;
    }

    /**
     * A model on the test samples of another job.
     *
     * @param job whose data, metrics and cluster are used
     * @param workplace directory that the samples are packed into
     */
    ModelUse(String location, JobConfig job, @Nullable String master, String workplace) {
        this.model = TrainedModel.load(location, HadoopFiles.configuration());
        this.master = master;
        this.job = job;
        this.otherData = true;
        this.workplace = workplace;
    }

    /** The model as its run left it. */
    TrainedModel model() {
        return model;
    }

    /** Its job as it is to be used here. */
    JobConfig job() {
        return job;
    }

    /** Evaluates on the test samples and prints loss, metrics, baselines and the confusion matrix. */
    int evaluate(PrintStream output) {
        try (JavaSparkContext spark = context()) {
            ObjectNode figures = attended(spark).during("evaluating", () -> figures(spark));
            output.println(RunSummary.figures("Test", figures));
            RunSummary.classes(figures).forEach(output::println);
            RunSummary.confusionMatrix(figures.path("confusion_matrix"), model.classNames())
                    .forEach(output::println);
        }
        return ExitCode.COMPLETED.number();
    }

    /** A signal ends the process here: there is nothing to keep. */
    DriverJobs attended(JavaSparkContext spark) {
        return new DriverJobs(spark, job.cluster().joinSeconds(), () -> false);
    }

    /** The same, looked after, in a session that serves for more than this. */
    ObjectNode figures(JavaSparkContext spark, BooleanSupplier stopRequested) {
        return new DriverJobs(spark, job.cluster().joinSeconds(), stopRequested)
                .during("evaluating", () -> figures(spark));
    }

    /** The test figures as {@code result.json} has them. */
    ObjectNode figures(JavaSparkContext spark) {
        Prepared prepared = prepare(spark, false);
        List<byte[]> parts = TaskAnswer.values(tasks(spark, prepared)
                        .map(task -> TaskAnswer.of("evaluating", task::evaluate))
                        .collect())
                .stream()
                .map(ModelTask::part)
                .toList();
        return EvaluationFigures.of(
                EvaluationTask.total(model.network(), job.training().metrics(), EvaluationScope.TEST, parts));
    }

    /**
     * Writes a row for every test sample: its index, the predicted class (or value), the name of that class where it has
     * one, and the outputs; as CSV when the name ends so, else as Parquet. Rows of a table need no label.
     */
    int predict(String target, PrintStream output) {
        Configuration configuration = HadoopFiles.configuration(new SparkConf());
        Path path = HadoopFiles.qualify(target, configuration);
        requireAbsent(path, configuration);
        try (JavaSparkContext spark = context()) {
            int written = attended(spark).during("predicting", () -> writePredictions(spark, path));
            output.println("Wrote " + written + " predictions to " + path);
        }
        return ExitCode.COMPLETED.number();
    }

    /** Writes the rows and gives their number. */
    int writePredictions(JavaSparkContext spark, Path path) {
        Prepared prepared = prepare(spark, true);
        JavaRDD<Row> rows = tasks(spark, prepared).flatMap(ModelTask::predict);
        StructType schema = new StructType().add("sample", DataTypes.LongType).add("prediction", DataTypes.FloatType);
        if (model.classNames() != null) {
            schema = schema.add("predicted_class", DataTypes.StringType);
        }
        for (int i = 0; i < model.network().outputShape().size(); i++) {
            schema = schema.add("output_" + i, DataTypes.FloatType);
        }
        DataFrameWriter<Row> writer = SparkSession.builder()
                .sparkContext(spark.sc())
                .getOrCreate()
                .createDataFrame(rows, schema)
                .write();
        if (path.getName().endsWith(".csv")) {
            writer.option("header", true).csv(path.toString());
        } else {
            writer.parquet(path.toString());
        }
        return prepared.samples();
    }

    static void requireAbsent(Path path, Configuration configuration) {
        try {
            if (path.getFileSystem(configuration).exists(path)) {
                throw new LockstepException(
                        ExitCode.USAGE, path + " exists already; choose another --output or remove it");
            }
        } catch (IOException e) {
            throw new LockstepException(ExitCode.DATA, path + " cannot be written: " + e.getMessage(), e);
        }
    }

    private record Prepared(String directory, int samples, int pieces) {}

    private Prepared prepare(JavaSparkContext spark, boolean withoutLabels) {
        RunDirectory run = RunDirectory.at(model.parent(), HadoopFiles.configuration());
        String own = run.resolve(otherData ? otherDataName() : TrainingRun.DATA);
        Path directory = HadoopFiles.qualify(workplace == null ? own : workplace, HadoopFiles.configuration());
        PackedManifest packed = PreparedData.prepareForTest(
                        spark,
                        job.data(),
                        job.seed(),
                        model.fitted(),
                        withoutLabels,
                        directory,
                        spark.defaultParallelism())
                .orElseThrow(() -> new LockstepException(
                        ExitCode.DATA,
                        "the job's data has no test samples; name some by --set, such as data.test=FILE"));
        WorkerData.requireTest(model.network(), packed);
        ValidationSpec split = job.data().testSplit();
        int samples = split.isNone()
                ? packed.totalSamples()
                : split.keptOf(packed.totalSamples(), packed.marks(SamplePart.TEST));
        return new Prepared(directory.toString(), samples, Math.max(1, spark.defaultParallelism()));
    }

    /** Without what only those know who set the variables; Spark has its own configuration. */
    private static JobConfig usable(JobConfig kept, Map<String, String> environment) {
        JobConfig usable = KeptJob.usable(kept, environment);
        Set<String> missing = new TreeSet<>(kept.cluster().spark().keySet());
        missing.removeAll(usable.cluster().spark().keySet());
        if (!missing.isEmpty()) {
            LOG.info(
                    "Secrets are not kept with a model: {} as Spark itself is configured; --set cluster.spark... gives"
                            + " them",
                    missing);
        }
        return usable;
    }

    /** Where the samples come from, whatever the secrets on the way to them. */
    private static JsonNode data(JobConfig job) {
        return KeptJob.comparable(job, System.getenv()).path("data");
    }

    /** The same data has the same name in every process, unlike a hash code. */
    private String otherDataName() {
        String description = data(job).toString();
        return "data-" + UUID.nameUUIDFromBytes(description.getBytes(StandardCharsets.UTF_8));
    }

    private JavaRDD<ModelTask> tasks(JavaSparkContext spark, Prepared prepared) {
        String modelDirectory = model.location();
        String jobJson = KeptJob.json(job, System.getenv()).toString();
        String directory = prepared.directory();
        int pieces = prepared.pieces();
        List<Integer> numbers = new ArrayList<>();
        for (int piece = 0; piece < pieces; piece++) {
            numbers.add(piece);
        }
        return spark.parallelize(numbers, pieces)
                .map(piece -> new ModelTask(modelDirectory, jobJson, directory, piece, pieces));
    }

    /** A session of the job's settings. */
    JavaSparkContext context() {
        return SparkContexts.open(configuration());
    }

    /** The settings of a session for this alone. */
    SparkConf configuration() {
        Integer workers = job.cluster().workers();
        SparkConf configuration =
                SparkContexts.configure(job, master, workers == null ? OptionalInt.empty() : OptionalInt.of(workers));
        if (!job.cluster().spark().containsKey(TASK_FAILURES)) {
            // No worker is to be replaced here: what fails four times fails for good.
            configuration.set(TASK_FAILURES, "4");
        }
        return configuration;
    }
}
