package dev.lockstep.spark.ml;

import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.spark.data.HadoopFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLWriter;
import scala.Option;

/**
 * Writes a model: its params as Spark ML does, in {@code metadata}, and the network as every run leaves it, in {@code
 * model}. So the directory is one that {@code lockstep predict}, {@code evaluate} and {@code export} take as well.
 */
final class ModelWriter extends MLWriter {
    private final Params model;
    private final NetworkState network;

    ModelWriter(Params model, NetworkState network) {
        this.model = model;
        this.network = network;
    }

    @Override
    public void saveImpl(String path) {
        DefaultParamsWriter$.MODULE$.saveMetadata(model, path, sc(), Option.empty(), Option.empty());
        try {
            new ModelArchive(RunDirectory.storageAt(qualified(path), HadoopFiles.configuration()))
                    .write(network.saved(), model.uid(), () -> 0);
        } catch (IOException e) {
            throw new UncheckedIOException("writing " + path, e);
        }
    }

    /** As Spark takes a path: of the default file system where it has no scheme. */
    static String qualified(String path) {
        Configuration configuration = HadoopFiles.configuration();
        Path given = new Path(path);
        try {
            return given.getFileSystem(configuration).makeQualified(given).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be opened", e);
        }
    }
}
