package dev.lockstep.spark.ml;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.layer.DenseLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.loss.BinaryCrossentropyLoss;
import dev.lockstep.core.model.loss.CrossentropyLoss;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.spark.FrameTraining;
import java.util.List;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;

/**
 * A neural network that tells classes apart, trained data-parallel on the executors of the session. It stands where
 * {@link org.apache.spark.ml.classification.MultilayerPerceptronClassifier} does: in a pipeline, in a cross-validation, on
 * any data frame of feature vectors and class numbers.
 *
 * <pre>{@code
 * NeuralNetworkClassificationModel model = new NeuralNetworkClassifier()
 *         .setLayers(new int[] {4, 16, 3})
 *         .setMaxIter(50)
 *         .fit(train);
 * model.transform(test).select("prediction", "probability").show();
 * }</pre>
 *
 * <p>The run is what {@code lockstep train} makes of the same rows in the same order, to the bit. The order is that of the
 * frame's partitions and of the rows in these; docs/spark-ml.md says when it is always the same.
 */
public class NeuralNetworkClassifier
        extends ProbabilisticClassifier<Vector, NeuralNetworkClassifier, NeuralNetworkClassificationModel>
        implements NeuralNetworkParams<NeuralNetworkClassifier>, DefaultParamsWritable {
    private static final long serialVersionUID = 1L;

    /** Without an initial value: it is set while the class above is constructed. */
    private @Nullable String uid;

    private final TrainingParams trainingParams;

    /** A classifier with defaults. */
    public NeuralNetworkClassifier() {
        this(Identifiable$.MODULE$.randomUID("nnc"));
    }

    /** The same with a uid of the caller's. */
    public NeuralNetworkClassifier(String uid) {
        this(EarlyUid.of(uid));
    }

    private NeuralNetworkClassifier(EarlyUid handed) {
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
    public NeuralNetworkClassificationModel train(Dataset<?> dataset) {
        boolean counted = !isDefined(network()) && !isDefined(layers());
        FrameColumns columns = FrameColumns.ofClasses(getFeaturesCol(), getLabelCol(), this, dataset, counted);
        FrameJob job = new FrameJob(FrameJob.Task.CLASSIFIER, this, columns);
        requireProbabilities(job.config());
        FrameTraining.Fitted fitted = job.fit(dataset);
        return new NeuralNetworkClassificationModel(
                uid(), NetworkState.of(fitted.model()), NeuralNetworkTrainingSummary.of(fitted));
    }

    /** A model has to give a probability of each class. */
    private static void requireProbabilities(JobConfig job) {
        LossSpec loss = job.training().loss();
        List<LayerSpec> layers = job.model().layers();
        boolean several = loss instanceof BinaryCrossentropyLoss
                && layers.get(layers.size() - 1) instanceof DenseLayer dense
                && dense.units() > 1;
        if (!(loss instanceof CrossentropyLoss) || several) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "training.loss: a classifier needs one that gives a probability of each class:"
                            + " sparse_categorical_crossentropy, categorical_crossentropy, or binary_crossentropy with a"
                            + " single output; found "
                            + Alternatives.nameOf(loss.getClass().asSubclass(Record.class))
                            + (several ? " with several outputs" : ""));
        }
    }

    @Override
    public NeuralNetworkClassifier copy(ParamMap extra) {
        return this.<NeuralNetworkClassifier>defaultCopy(extra);
    }

    /** Reads what {@code write()} wrote. */
    public static MLReader<NeuralNetworkClassifier> read() {
        return new LearnerReader<>(NeuralNetworkClassifier.class, NeuralNetworkClassifier::new);
    }

    /** Reads a saved classifier. */
    public static NeuralNetworkClassifier load(String path) {
        return read().load(path);
    }
}
