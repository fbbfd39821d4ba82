package dev.lockstep.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.ParquetRun;
import dev.lockstep.spark.TrainedModel;
import dev.lockstep.spark.data.HadoopFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The classifier as people use it who know Spark ML, in a session that is theirs. */
@Tag("spark")
final class NeuralNetworkClassifierTest {
    @RegisterExtension
    static final UsersSession SPARK = new UsersSession();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static NeuralNetworkClassifier small() {
        return new NeuralNetworkClassifier()
                .setLayers(new int[] {2, 8, 3})
                .setMaxIter(4)
                .setBatchSize(20)
                .setStepSize(0.02)
                .setSeed(3);
    }

    /** What somebody has who used Spark's own class: nothing in it knows which one it is. */
    private static <
                    E extends ProbabilisticClassifier<Vector, E, M>,
                    M extends ProbabilisticClassificationModel<Vector, M>>
            PipelineModel fitted(ProbabilisticClassifier<Vector, E, M> classifier, Dataset<Row> flowers) {
        classifier.setLabelCol("class").setFeaturesCol("scaled");
        classifier.set(classifier.getParam("layers"), new int[] {4, 8, 3});
        classifier.set(classifier.getParam("maxIter"), 30);
        classifier.set(classifier.getParam("seed"), 1L);
        classifier.set(classifier.getParam("stepSize"), 0.03);
        StringIndexerModel index =
                new StringIndexer().setInputCol("species").setOutputCol("class").fit(flowers);
        return new Pipeline()
                .setStages(new PipelineStage[] {
                    index,
                    new VectorAssembler()
                            .setInputCols(new String[] {"a", "b", "c", "d"})
                            .setOutputCol("features"),
                    new StandardScaler()
                            .setInputCol("features")
                            .setOutputCol("scaled")
                            .setWithMean(true),
                    classifier,
                    new IndexToString()
                            .setInputCol("prediction")
                            .setOutputCol("guess")
                            .setLabels(index.labelsArray()[0])
                })
                .fit(flowers);
    }

    private static long right(Dataset<Row> guessed) {
        return guessed.filter(functions.col("guess").equalTo(functions.col("species")))
                .count();
    }

    @Test
    void standsWhereMultilayerPerceptronClassifierStoodAndIsSavedWithItsPipeline() throws Exception {
        Dataset<Row> flowers = SPARK.flowers();
        assertThat(right(fitted(new MultilayerPerceptronClassifier(), flowers).transform(flowers)))
                .isGreaterThan(140);
        PipelineModel pipeline = fitted(new NeuralNetworkClassifier(), flowers);
        Dataset<Row> guessed = pipeline.transform(flowers);
        assertThat(right(guessed)).isGreaterThan(140);

        String path = folder.resolve("pipeline").toString();
        pipeline.save(path);
        pipeline.write().overwrite().save(path);
        Dataset<Row> again = PipelineModel.load(path).transform(flowers);
        assertThat(again.schema()).isEqualTo(guessed.schema());
        assertThat(again.collectAsList()).isEqualTo(guessed.collectAsList());
        TrainedModel archive = TrainedModel.load(stage(Path.of(path), "nnc"), HadoopFiles.configuration());
        assertThat(archive.classNames()).containsExactlyInAnyOrder("rose", "iris", "lily");
    }

    /** Where a pipeline keeps a stage. */
    private static String stage(Path pipeline, String name) throws Exception {
        try (Stream<Path> stages = Files.list(pipeline.resolve("stages"))) {
            return stages.map(Path::toString)
                    .filter(stage -> stage.contains(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void crossValidationChoosesTheBetterParams() {
        NeuralNetworkClassifier network = small();
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(network.stepSize(), new double[] {0.02, 1e-9})
                .build();
        CrossValidatorModel chosen = new CrossValidator()
                .setEstimator(network)
                .setEstimatorParamMaps(grid)
                .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
                .setNumFolds(2)
                .setParallelism(2)
                .setSeed(1)
                .fit(SPARK.points());
        assertThat(chosen.avgMetrics()[0]).isGreaterThan(chosen.avgMetrics()[1]);
        NeuralNetworkClassificationModel best = (NeuralNetworkClassificationModel) chosen.bestModel();
        assertThat(best.summary().totalIterations()).isEqualTo(4);
    }

    @Test
    void theModelIsTheOneOfTheTrainCommandOnTheSameRowsToTheBit() throws Exception {
        Dataset<Row> points = SPARK.points();
        NeuralNetworkClassificationModel model = small().setNumWorkers(2).fit(points);
        assertThat(small().fit(points).weights()).isEqualTo(model.weights());

        Path file = folder.resolve("points.parquet");
        points.write().parquet(file.toString());
        String job =
                """
                name: points
                seed: 3
                data: {format: parquet, train: %s, label: label}
                model:
                  layers:
                    - dense: {units: 8, activation: relu}
                    - dense: {units: 3, activation: softmax}
                training:
                  loss: sparse_categorical_crossentropy
                  optimizer: {adam: {learning_rate: 0.02}}
                  batch_size: 20
                  epochs: 4
                cluster: {workers: 2}
                """
                        .formatted(file);
        float[] trained = ParquetRun.parameters(job, folder.resolve("run"), SPARK.session());
        assertThat(model.weights().toArray()).containsExactly(widened(trained));

        model.save(folder.resolve("model").toString());
        NeuralNetworkClassificationModel read =
                NeuralNetworkClassificationModel.load(folder.resolve("model").toString());
        assertThat(read.weights()).isEqualTo(model.weights());
        assertThat(read.uid()).isEqualTo(model.uid());
        assertThat(read.numFeatures()).isEqualTo(2);
        assertThat(read.hasSummary()).isFalse();
    }

    private static double[] widened(float[] values) {
        double[] widened = new double[values.length];
        for (int i = 0; i < widened.length; i++) {
            widened[i] = values[i];
        }
        return widened;
    }

    @Test
    void aRunDirectoryIsGoneOnWithAndRefusesOtherRows() {
        Dataset<Row> points = SPARK.points();
        String run = folder.resolve("run").toString();
        NeuralNetworkClassifier network = small().setRunDirectory(run);
        network.setMaxIter(2).fit(points);
        NeuralNetworkClassificationModel continued = network.setMaxIter(4).fit(points);
        assertThat(continued.weights()).isEqualTo(small().fit(points).weights());
        assertThat(continued.summary().totalIterations()).isEqualTo(4);
        assertThat(network.fit(points).weights()).isEqualTo(continued.weights());
        assertThatThrownBy(() -> network.fit(points.limit(100)))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("the training samples have changed")
                .hasMessageContaining("another runDirectory");
    }

    @Test
    void rowsAreScoredTheSameInBatchesAndOneByOne() {
        Dataset<Row> points = SPARK.points();
        NeuralNetworkClassificationModel model = small().setNetwork(
                        "[{dense: {units: 8, activation: relu}}, {dense: {units: 3, activation: softmax}}]")
                .fit(points);
        List<Row> rows = model.transform(points)
                .select("features", "rawPrediction", "probability", "prediction")
                .collectAsList();
        assertThat(rows).hasSize(120);
        for (Row row : rows.subList(0, 10)) {
            Vector features = row.getAs(0);
            assertThat(model.predict(features)).isEqualTo(row.getDouble(3));
            assertThat(model.predictProbability(features).toArray())
                    .containsExactly(row.<Vector>getAs(2).toArray(), within(1e-5));
            assertThat(model.predictRaw(features).toArray())
                    .containsExactly(row.<Vector>getAs(1).toArray(), within(1e-4));
        }
        assertThat(model.evaluate(points).accuracy()).isGreaterThan(0.5);

        NeuralNetworkClassificationModel biased = model.copy(ParamMap.empty());
        biased.setThresholds(new double[] {1, 1, 0});
        biased.setRawPredictionCol("").setProbabilityCol("");
        Dataset<Row> always = biased.transform(points);
        assertThat(always.columns()).containsExactly("features", "label", "prediction");
        assertThat(always.filter("prediction = 2").count()).isEqualTo(120);
        assertThat(model.isDefined(model.thresholds())).isFalse();
    }

    @Test
    void rowsToValidateOnAreNotTrainedWithAndEndTheTraining() {
        Dataset<Row> marked = SPARK.points()
                .withColumn("held", functions.col("label").equalTo(2))
                .withColumn("importance", functions.lit(2.0f));
        NeuralNetworkClassificationModel model = small().setValidationIndicatorCol("held")
                .setWeightCol("importance")
                .setMaxIter(50)
                .setPatience(2)
                .fit(marked);
        // Nothing tells of class 2, so that its loss only grows.
        assertThat(model.summary().totalIterations()).isLessThan(50);
        assertThat(model.summary().validationHistory()).hasSize(model.summary().totalIterations());
        assertThat(model.summary().resultJson()).contains("stopped_early");
        assertThat(model.transform(marked).filter("prediction = 2").count()).isZero();
    }

    @Test
    void rowsThatCannotBeUsedAreTold() {
        Row good = RowFactory.create(Vectors.dense(1, 2), 0.0);
        Row other = RowFactory.create(Vectors.dense(2, 1), 1.0);
        assertRefused(List.of(good, other, RowFactory.create(Vectors.dense(1, 1), 1.5)))
                .hasMessageContaining("row 3: column \"label\": 1.5 is no class number");
        assertRefused(List.of(good, RowFactory.create(Vectors.dense(1, 1), -1.0)))
                .hasMessageContaining("row 2: column \"label\": -1.0 is no class number");
        assertRefused(List.of(good, other, good, RowFactory.create(Vectors.dense(Double.NaN, 1), 1.0)))
                .hasMessageContaining("row 4: column \"features\": NaN is not a finite number")
                .hasMessageContaining("before fit()");
        assertRefused(List.of(good, RowFactory.create(null, 1.0)))
                .hasMessageContaining("row 2: column \"features\": null, expected 2 numbers");
        assertRefused(List.of(good, other, RowFactory.create(Vectors.dense(1, 1), 3.0)))
                .hasMessageContaining("training labels: label 3");
        assertRefused(List.of(good, RowFactory.create(Vectors.dense(1), 1.0)))
                .hasMessageContaining("row 2: column \"features\": 1 numbers, expected 2");
        assertRefused(List.of()).hasMessageContaining("has no rows");
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(List<Row> rows) {
        return assertThatThrownBy(() -> small().fit(SPARK.frame(rows))).isInstanceOf(LockstepException.class);
    }

    @Test
    void paramsThatDoNotFitAreTold() {
        Dataset<Row> points = SPARK.points();
        assertThatThrownBy(() -> small().setLayers(new int[] {5, 3}).fit(points))
                .hasMessageContaining("the samples have shape (2), declared is (5)");
        assertThatThrownBy(() -> small().setSolver("l-bfgs").fit(points)).hasMessageContaining("adam (the default)");
        assertThatThrownBy(() -> small().setSolver("adm").fit(points)).hasMessageContaining("did you mean \"adam\"");
        assertThatThrownBy(() -> small().setActivation("rellu").fit(points))
                .hasMessageContaining("did you mean \"relu\"");
        assertThatThrownBy(() -> small().setJob("data.train=x").fit(points))
                .hasMessageContaining("job: data.train is the data frame's");
        assertThatThrownBy(() -> small().setJob("training.clip_nrm=1").fit(points))
                .hasMessageContaining("did you mean \"clip_norm\"");
        assertThatThrownBy(() -> small().setJob("training.loss=mse").fit(points))
                .hasMessageContaining("a probability of each class");
        assertThatThrownBy(() -> small().setWeightCol("weight").fit(points))
                .hasMessageContaining(
                        "weightCol: no column \"weight\" in the data frame; its columns are features, label");
        assertThatThrownBy(() -> small().setNumWorkers(5).fit(points)).hasMessageContaining("5 workers");
        assertThatThrownBy(() -> small().setMaxIter(0)).hasMessageContaining("maxIter");
    }

    @Test
    void classesAreCountedWhereNobodyNamesThem() {
        NeuralNetworkClassificationModel model = new NeuralNetworkClassifier()
                .setHiddenLayers(new int[] {4})
                .setMaxIter(1)
                .fit(SPARK.points());
        assertThat(model.numClasses()).isEqualTo(3);
        assertThat(model.toString()).contains("numClasses=3", "numFeatures=2");
        assertThat(Arrays.stream(model.summary().objectiveHistory()).sum()).isPositive();
    }
}
