package dev.lockstep.spark.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A program of somebody who has Lockstep among the jars of his session and knows nothing else of it. */
public final class UsersProgram {
    private UsersProgram() {}

    /** @param arguments where to save the model */
    public static void main(String[] arguments) throws Exception {
        SparkSession session = SparkSession.builder().getOrCreate();
        Dataset<Row> frame = frame(session);
        PipelineModel fitted = new Pipeline()
                .setStages(new PipelineStage[] {
                    new StandardScaler()
                            .setInputCol("raw")
                            .setOutputCol("features")
                            .setWithMean(true),
                    new NeuralNetworkClassifier()
                            .setHiddenLayers(new int[] {8})
                            .setMaxIter(20)
                            .setStepSize(0.02)
                            .setNumWorkers(2)
                })
                .fit(frame);
        fitted.write().overwrite().save(arguments[0]);
        PipelineModel read = PipelineModel.load(arguments[0]);
        NeuralNetworkClassificationModel model = (NeuralNetworkClassificationModel) read.stages()[1];
        double accuracy = new MulticlassClassificationEvaluator()
                .setMetricName("accuracy")
                .evaluate(read.transform(frame));
        System.out.println(
                "accuracy " + accuracy + " weights " + model.weights().hashCode() + " executors "
                        + session.sparkContext().statusTracker().getExecutorInfos().length);
        session.stop();
    }

    private static Dataset<Row> frame(SparkSession session) {
        List<Row> rows = new ArrayList<>();
        Random random = new Random(3);
        for (int i = 0; i < 600; i++) {
            int kind = i % 3;
            rows.add(RowFactory.create(
                    Vectors.dense(kind + 0.2 * random.nextGaussian(), 10 * random.nextGaussian()), (double) kind));
        }
        StructType schema =
                new StructType().add("raw", SQLDataTypes.VectorType()).add("label", DataTypes.DoubleType);
        return session.createDataFrame(rows, schema).coalesce(1).cache();
    }
}
