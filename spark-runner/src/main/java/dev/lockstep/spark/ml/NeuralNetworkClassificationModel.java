package dev.lockstep.spark.ml;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.mllib.evaluation.MulticlassMetrics;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Tuple3;

/**
 * A trained {@link NeuralNetworkClassifier}. The scores in {@code rawPredictionCol} are the logarithms of the
 * probabilities. {@link #transform} computes in batches; {@link #predict} of one vector is there for those who have but
 * one.
 */
public class NeuralNetworkClassificationModel
        extends ProbabilisticClassificationModel<Vector, NeuralNetworkClassificationModel> implements MLWritable {
    private static final long serialVersionUID = 1L;

    /** Without an initial value: it is set while the class above is constructed. */
    private @Nullable String uid;

    private final NetworkState network;
    private final @Nullable NeuralNetworkTrainingSummary summary;

    NeuralNetworkClassificationModel(String uid, NetworkState network, @Nullable NeuralNetworkTrainingSummary summary) {
        this(EarlyUid.of(uid), network, summary);
    }

    private NeuralNetworkClassificationModel(
            EarlyUid handed, NetworkState network, @Nullable NeuralNetworkTrainingSummary summary) {
        super();
        this.network = network;
        this.summary = summary;
    }

    @Override
    public String uid() {
        if (uid == null) {
            uid = EarlyUid.take();
        }
        return uid;
    }

    @Override
    public int numClasses() {
        return network.predictions().classes();
    }

    @Override
    public int numFeatures() {
        return network.inputs();
    }

    /** The parameters of the network, layer by layer; a copy. */
    public Vector weights() {
        return network.weights();
    }

    /** Whether the model was trained in this process. */
    public boolean hasSummary() {
        return summary != null;
    }

    /**
     * How it was trained.
     *
     * @throws IllegalStateException where the model was read from a file
     */
    public NeuralNetworkTrainingSummary summary() {
        return NeuralNetworkTrainingSummary.required(summary, getClass());
    }

    /** Accuracy, precision, recall and the confusion matrix on labelled rows. */
    public MulticlassMetrics evaluate(Dataset<?> dataset) {
        return new MulticlassClassificationEvaluator()
                .setLabelCol(getLabelCol())
                .setPredictionCol(getPredictionCol())
                .getMetrics(transform(dataset));
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType output = transformSchema(dataset.schema());
        List<StructField> added = new ArrayList<>();
        for (String column : List.of(getRawPredictionCol(), getProbabilityCol(), getPredictionCol())) {
            if (!column.isEmpty()) {
                added.add(output.apply(column));
            }
        }
        if (added.isEmpty()) {
            return dataset.toDF();
        }
        ClassCells cells = new ClassCells(
                !getRawPredictionCol().isEmpty(),
                !getProbabilityCol().isEmpty(),
                !getPredictionCol().isEmpty(),
                isDefined(thresholds()) ? getThresholds() : null);
        return FrameScoring.of(dataset, getFeaturesCol(), network, added, cells);
    }

    @Override
    public Vector predictRaw(Vector features) {
        float[] outputs = network.outputs(features, getFeaturesCol());
        return ClassCells.scores(ClassCells.probabilities(network.predictions(), outputs, 0));
    }

    /** A softmax. */
    @Override
    public Vector raw2probabilityInPlace(Vector rawPrediction) {
        double[] values = rawPrediction instanceof DenseVector dense ? dense.values() : rawPrediction.toArray();
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            largest = Math.max(largest, value);
        }
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.exp(values[i] - largest);
            sum += values[i];
        }
        for (int i = 0; i < values.length; i++) {
            values[i] /= sum;
        }
        return rawPrediction instanceof DenseVector ? rawPrediction : Vectors.dense(values);
    }

    /**
     * For Spark's own summaries: the model, with the columns that they read. Its classes above have this method twice with
     * types that only Scala takes for one another, so that none can be named here.
     */
    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public Tuple3 findSummaryModel() {
        NeuralNetworkClassificationModel model = copy(ParamMap.empty());
        if (model.getProbabilityCol().isEmpty()) {
            model.setProbabilityCol("probability_" + model.uid());
        }
        if (model.getPredictionCol().isEmpty()) {
            model.setPredictionCol("prediction_" + model.uid());
        }
        return new Tuple3(model, model.getProbabilityCol(), model.getPredictionCol());
    }

    @Override
    public NeuralNetworkClassificationModel copy(ParamMap extra) {
        NeuralNetworkClassificationModel copied = new NeuralNetworkClassificationModel(uid(), network, summary);
        return copyValues(copied, extra).setParent(parent());
    }

    @Override
    public String toString() {
        return "NeuralNetworkClassificationModel: uid=" + uid() + ", numClasses=" + numClasses() + ", numFeatures="
                + numFeatures();
    }

    @Override
    public MLWriter write() {
        return new ModelWriter(this, network);
    }

    /** Reads what {@code write()} wrote. */
    public static MLReader<NeuralNetworkClassificationModel> read() {
        return new ModelReader<>(
                NeuralNetworkClassificationModel.class,
                (uid, network) -> new NeuralNetworkClassificationModel(uid, network, null));
    }

    /** Reads a saved model. */
    public static NeuralNetworkClassificationModel load(String path) {
        return read().load(path);
    }
}
