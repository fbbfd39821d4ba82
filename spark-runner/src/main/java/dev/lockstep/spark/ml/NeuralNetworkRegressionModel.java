package dev.lockstep.spark.ml;

import java.util.List;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.RegressionModel;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.mllib.evaluation.RegressionMetrics;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A trained {@link NeuralNetworkRegressor}. {@link #transform} computes in batches. */
public class NeuralNetworkRegressionModel extends RegressionModel<Vector, NeuralNetworkRegressionModel>
        implements MLWritable {
    private static final long serialVersionUID = 1L;

    /** Without an initial value: it is set while the class above is constructed. */
    private @Nullable String uid;

    private final NetworkState network;
    private final @Nullable NeuralNetworkTrainingSummary summary;

    NeuralNetworkRegressionModel(String uid, NetworkState network, @Nullable NeuralNetworkTrainingSummary summary) {
        this(EarlyUid.of(uid), network, summary);
    }

    private NeuralNetworkRegressionModel(
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

    /** The errors on rows with labels. */
    public RegressionMetrics evaluate(Dataset<?> dataset) {
        return new RegressionEvaluator()
                .setLabelCol(getLabelCol())
                .setPredictionCol(getPredictionCol())
                .getMetrics(transform(dataset));
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType output = transformSchema(dataset.schema());
        if (getPredictionCol().isEmpty()) {
            return dataset.toDF();
        }
        return FrameScoring.of(
                dataset,
                getFeaturesCol(),
                network,
                List.of(output.apply(getPredictionCol())),
                (predictions, outputs, offset) -> new Object[] {(double) outputs[offset]});
    }

    @Override
    public double predict(Vector features) {
        return network.outputs(features, getFeaturesCol())[0];
    }

    @Override
    public NeuralNetworkRegressionModel copy(ParamMap extra) {
        NeuralNetworkRegressionModel copied = new NeuralNetworkRegressionModel(uid(), network, summary);
        return copyValues(copied, extra).setParent(parent());
    }

    @Override
    public String toString() {
        return "NeuralNetworkRegressionModel: uid=" + uid() + ", numFeatures=" + numFeatures();
    }

    @Override
    public MLWriter write() {
        return new ModelWriter(this, network);
    }

    /** Reads what {@code write()} wrote. */
    public static MLReader<NeuralNetworkRegressionModel> read() {
        return new ModelReader<>(
                NeuralNetworkRegressionModel.class,
                (uid, network) -> new NeuralNetworkRegressionModel(uid, network, null));
    }

    /** Reads a saved model. */
    public static NeuralNetworkRegressionModel load(String path) {
        return read().load(path);
    }
}
