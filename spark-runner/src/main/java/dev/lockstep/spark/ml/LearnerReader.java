package dev.lockstep.spark.ml;

import java.util.function.Function;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.MLReader;
import scala.Option;

/**
 * Reads the params of a learner. The class that a file names has to be the one that is asked for; nothing is made by
 * that name.
 *
 * @param <T> the learner
 */
final class LearnerReader<T extends Params> extends MLReader<T> {
    private final Class<T> type;
    private final Function<String, T> constructor;

    LearnerReader(Class<T> type, Function<String, T> constructor) {
        this.type = type;
        this.constructor = constructor;
    }

    @Override
    public T load(String path) {
        DefaultParamsReader.Metadata metadata = DefaultParamsReader$.MODULE$.loadMetadata(path, sc(), type.getName());
        T learner = constructor.apply(metadata.uid());
        metadata.getAndSetParams(learner, Option.empty());
        return learner;
    }
}
