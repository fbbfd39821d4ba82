package dev.lockstep.spark.ml;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.checkpoint.StrictJson;
import dev.lockstep.core.train.ParametersHash;
import dev.lockstep.spark.TrainedModel;
import dev.lockstep.spark.scoring.ModelScorer;
import dev.lockstep.spark.scoring.Predictions;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.jspecify.annotations.Nullable;

/**
 * A trained network as a model of Spark ML holds it: what travels in a closure or a broadcast, and by and by what
 * computes where it has arrived.
 */
final class NetworkState implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int ONE_ROW = 1;

    private final String description;
    private final float[] parameters;
    private final long step;
    private transient @Nullable TrainedModel model;
    private transient @Nullable ModelScorer rowScorer;
    private transient @Nullable Broadcast<byte[]> broadcast;
    private transient @Nullable SparkContext broadcastBy;

    private NetworkState(String description, float[] parameters, long step, @Nullable TrainedModel model) {
        this.description = description;
        this.parameters = parameters;
        this.step = step;
        this.model = model;
    }

    /** Of a model that was trained or read. */
    static NetworkState of(TrainedModel model) {
        return new NetworkState(model.description(), model.parameters(), model.step(), model);
    }

    /** Of what {@link #broadcast} sent. */
    static NetworkState of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long step = buffer.getLong();
        byte[] description = new byte[buffer.getInt()];
        buffer.get(description);
        float[] parameters = new float[buffer.remaining() / Float.BYTES];
        buffer.asFloatBuffer().get(parameters);
        return new NetworkState(new String(description, StandardCharsets.UTF_8), parameters, step, null);
    }

    private byte[] bytes() {
        byte[] text = description.getBytes(StandardCharsets.UTF_8);
        long size = Long.BYTES + Integer.BYTES + text.length + (long) parameters.length * Float.BYTES;
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(size));
        buffer.putLong(step).putInt(text.length).put(text);
        buffer.asFloatBuffer().put(parameters);
        return buffer.array();
    }

    /** The network at the executors of a session: sent once, and again where the session is another one. */
    synchronized Broadcast<byte[]> broadcast(SparkContext spark) {
        Broadcast<byte[]> sent = broadcast;
        if (sent == null || broadcastBy != spark) {
            sent = JavaSparkContext.fromSparkContext(spark).broadcast(bytes());
            broadcast = sent;
            broadcastBy = spark;
        }
        return sent;
    }

    /** The model. */
    synchronized TrainedModel model() {
        TrainedModel known = model;
        if (known == null) {
            known = TrainedModel.of(description, parameters);
            model = known;
        }
        return known;
    }

    /** For a model archive. */
    SavedModel saved() {
        try {
            ObjectNode json = StrictJson.parse(description.getBytes(StandardCharsets.UTF_8));
            json.put("parameters_sha256", ParametersHash.sha256(parameters));
            return new SavedModel(step, json, parameters);
        } catch (IOException e) {
            throw new UncheckedIOException("the description of a model", e);
        }
    }

    /** The flat parameter vector as Spark has vectors. */
    Vector weights() {
        double[] values = new double[parameters.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = parameters[i];
        }
        return Vectors.dense(values);
    }

    /** Features of a row. */
    int inputs() {
        return model().network().inputShape().size();
    }

    /** What the outputs mean. */
    Predictions predictions() {
        return Predictions.of(model().network());
    }

    /** A scorer for the rows of a task, to be closed. */
    ModelScorer scorer() {
        TaskContext task = TaskContext.get();
        return ModelScorer.of(model(), ModelScorer.DEFAULT_BATCH_SIZE, task == null ? 1 : task.cpus());
    }

    /** The outputs of one row, for those who ask row by row. */
    synchronized float[] outputs(Vector vector, String column) {
        float[] features = new float[inputs()];
        FrameScoring.put(vector, column, features.length, features, 0);
        ModelScorer scorer = rowScorer;
        if (scorer == null) {
            // Never closed: the model lives as long as somebody asks it, and its memory is given back with it.
            scorer = ModelScorer.of(model(), ONE_ROW, 1);
            rowScorer = scorer;
        }
        return scorer.score(features, 1).clone();
    }
}
