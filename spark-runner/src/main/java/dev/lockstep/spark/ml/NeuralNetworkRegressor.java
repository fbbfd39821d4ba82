package dev.lockstep.spark.ml;

import dev.lockstep.spark.FrameTraining;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.Regressor;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;

/**
 * A neural network that predicts a quantity, trained data-parallel on the executors of the session; see {@link
 * NeuralNetworkClassifier}. The loss is the mean squared error unless {@code job} says another one, such as
 * {@code training.loss=huber}.
 */
public class NeuralNetworkRegressor extends Regressor<Vector, NeuralNetworkRegressor, NeuralNetworkRegressionModel>
        implements NeuralNetworkParams<NeuralNetworkRegressor>, DefaultParamsWritable {
    private static final long serialVersionUID = 1L;

    /** Without an initial value: it is set while the class above is constructed. */
    private @Nullable String uid;

    private final TrainingParams trainingParams;

    /** A regressor with defaults. */
    public NeuralNetworkRegressor() {
        this(Identifiable$.MODULE$.randomUID("nnr"));
    }

    /** The same with a uid of the caller's. */
    public NeuralNetworkRegressor(String uid) {
        this(EarlyUid.of(uid));
    }

    private NeuralNetworkRegressor(EarlyUid handed) {
        super();
        trainingParams = new TrainingParams(this);
    }

    @Override
    public String uid() {
        if (uid == null) {
            uid = EarlyUid.take();
        }
        return uid;
    }

    @Override
    public TrainingParams trainingParams() {
        return trainingParams;
    }

    @Override
    public NeuralNetworkRegressionModel train(Dataset<?> dataset) {
        FrameColumns columns = FrameColumns.ofQuantity(getFeaturesCol(), getLabelCol(), this, dataset);
        FrameTraining.Fitted fitted = new FrameJob(FrameJob.Task.REGRESSOR, this, columns).fit(dataset);
        return new NeuralNetworkRegressionModel(
                uid(), NetworkState.of(fitted.model()), NeuralNetworkTrainingSummary.of(fitted));
    }

    @Override
    public NeuralNetworkRegressor copy(ParamMap extra) {
        return this.<NeuralNetworkRegressor>defaultCopy(extra);
    }

    /** Reads what {@code write()} wrote. */
    public static MLReader<NeuralNetworkRegressor> read() {
        return new LearnerReader<>(NeuralNetworkRegressor.class, NeuralNetworkRegressor::new);
    }

    /** Reads a saved regressor. */
    public static NeuralNetworkRegressor load(String path) {
        return read().load(path);
    }
}
