package dev.lockstep.spark.dl4j;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.serializer.KryoRegistrator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.spark.api.worker.NetBroadcastTuple;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.aggregator.ParameterAveragingAggregationTuple;
import org.nd4j.kryo.Nd4jSerializer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Registers with Kryo what DL4J Spark ships; only in the mode {@code dl4j_spark}. */
public final class Dl4jKryoRegistrator implements KryoRegistrator {
    @Override
    public void registerClasses(Kryo kryo) {
        kryo.register(Nd4j.getBackend().getNDArrayClass(), new Nd4jSerializer());
        kryo.register(DataSet.class);
        kryo.register(ArrayList.class);
        kryo.register(NetBroadcastTuple.class, new JavaSerializer());
        kryo.register(MultiLayerConfiguration.class, new JavaSerializer());
        kryo.register(ParameterAveragingTrainingResult.class);
        kryo.register(ParameterAveragingAggregationTuple.class);
        kryo.register(AtomicInteger.class);
    }
}
