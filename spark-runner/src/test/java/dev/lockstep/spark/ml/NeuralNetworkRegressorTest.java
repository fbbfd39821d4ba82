package dev.lockstep.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The regressor, and what both learners have in common with every other one of Spark ML. */
@Tag("spark")
final class NeuralNetworkRegressorTest {
    @RegisterExtension
    static final UsersSession SPARK = new UsersSession();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void learnsALineAndIsSaved() throws Exception {
        Dataset<Row> line = SPARK.line();
        NeuralNetworkRegressionModel model = new NeuralNetworkRegressor()
                .setMaxIter(30)
                .setStepSize(0.05)
                .setSyncMode("{parameter_averaging: {every: 4}}")
                .fit(line);
        assertThat(model.evaluate(line).rootMeanSquaredError()).isLessThan(0.1);
        assertThat(model.weights().toArray()).hasSize(3);
        assertThat(model.weights().apply(0)).isCloseTo(3, within(0.1));

        String path = folder.resolve("line").toString();
        model.save(path);
        assertThatThrownBy(() -> model.save(path)).hasMessageContaining("already exists");
        model.write().overwrite().save(path);
        NeuralNetworkRegressionModel read = NeuralNetworkRegressionModel.load(path);
        List<Row> rows = read.transform(line).select("features", "prediction").collectAsList();
        for (Row row : rows.subList(0, 5)) {
            assertThat(read.predict(row.<Vector>getAs(0))).isCloseTo(row.getDouble(1), within(1e-5));
        }
        assertThatThrownBy(() -> NeuralNetworkClassificationModel.load(path))
                .hasMessageContaining("NeuralNetworkRegressionModel");
        assertThatThrownBy(read::summary).hasMessageContaining("No training summary");
    }

    @Test
    void learnersAreSavedWithTheirParamsAlone() throws Exception {
        NeuralNetworkRegressor regressor = new NeuralNetworkRegressor()
                .setLayers(new int[] {2, 4, 1})
                .setActivation("tanh")
                .setSolver("sgd")
                .setStepSize(0.5)
                .setPatience(3)
                .setTol(0.1)
                .setNumWorkers(2)
                .setJob("training.loss=huber", "training.clip_norm=1")
                .setPredictionCol("guess");
        String path = folder.resolve("pipeline").toString();
        new Pipeline().setStages(new PipelineStage[] {regressor}).save(path);
        NeuralNetworkRegressor read =
                (NeuralNetworkRegressor) Pipeline.load(path).getStages()[0];
        assertThat(read.uid()).isEqualTo(regressor.uid());
        for (Param<?> param : regressor.params()) {
            assertThat(read.isSet(read.getParam(param.name()))).as(param.name()).isEqualTo(regressor.isSet(param));
            if (regressor.isDefined(param)) {
                assertThat(read.getOrDefault(read.getParam(param.name())))
                        .as(param.name())
                        .isEqualTo(regressor.getOrDefault(param));
            }
        }
    }

    @Test
    void paramsAreOnesOfSparkMl() throws Exception {
        for (Params learner : List.of(new NeuralNetworkClassifier(), new NeuralNetworkRegressor())) {
            List<String> names =
                    Arrays.stream(learner.params()).map(Param::name).toList();
            assertThat(names)
                    .contains("featuresCol", "labelCol", "predictionCol", "layers", "maxIter", "batchSize", "seed")
                    .contains("solver", "stepSize", "tol", "weightCol", "validationIndicatorCol", "numWorkers")
                    .doesNotHaveDuplicates();
            for (Param<?> param : learner.params()) {
                assertThat(param.parent()).isEqualTo(learner.uid());
                assertThat(learner.getParam(param.name())).isSameAs(param);
                assertThat(param.doc()).isNotEmpty();
            }
            assertThat(learner.explainParams()).contains("maxIter: Passes over the training samples", "default: 100");
            new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(learner);
        }
        assertThat(new NeuralNetworkClassifier().uid()).isNotEqualTo(new NeuralNetworkClassifier().uid());
    }

    @Test
    void aCopyIsOneByItself() {
        NeuralNetworkClassifier original = new NeuralNetworkClassifier("mine").setMaxIter(7);
        ParamMap extra = new ParamMap().put(original.stepSize().w(0.5));
        NeuralNetworkClassifier copy = original.copy(extra);
        assertThat(copy.uid()).isEqualTo("mine");
        assertThat(copy.getOrDefault(copy.maxIter())).isEqualTo(7);
        assertThat(copy.getOrDefault(copy.stepSize())).isEqualTo(0.5);
        assertThat(original.isSet(original.stepSize())).isFalse();
        copy.setMaxIter(9);
        assertThat(original.getOrDefault(original.maxIter())).isEqualTo(7);
        assertThat(copy.setBlockSize(64).getOrDefault(copy.batchSize())).isEqualTo(64);
    }
}
