package dev.lockstep.spark.ml;

import dev.lockstep.spark.TrainedModel;
import dev.lockstep.spark.data.HadoopFiles;
import java.util.function.BiFunction;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.MLReader;
import scala.Option;

/**
 * Reads what {@link ModelWriter} wrote. The class that the file names has to be the one that is asked for; nothing is
 * made by that name, and nothing in the file is deserialized by Java.
 *
 * @param <T> the model
 */
final class ModelReader<T extends Params> extends MLReader<T> {
    private final Class<T> type;
    private final BiFunction<String, NetworkState, T> constructor;

    ModelReader(Class<T> type, BiFunction<String, NetworkState, T> constructor) {
        this.type = type;
        this.constructor = constructor;
    }

    @Override
    public T load(String path) {
        DefaultParamsReader.Metadata metadata = DefaultParamsReader$.MODULE$.loadMetadata(path, sc(), type.getName());
        TrainedModel network = TrainedModel.load(ModelWriter.qualified(path) + "/model", HadoopFiles.configuration());
        T model = constructor.apply(metadata.uid(), NetworkState.of(network));
        metadata.getAndSetParams(model, Option.empty());
        return model;
    }
}
