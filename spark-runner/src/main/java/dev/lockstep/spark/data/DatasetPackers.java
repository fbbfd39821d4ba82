package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.DigitsData;
import dev.lockstep.core.data.IdxData;
import dev.lockstep.core.data.ImageFolderData;
import dev.lockstep.core.data.ParquetData;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** Which packer reads which data format: the one place where a new reader is registered. */
final class DatasetPackers {
    @FunctionalInterface
    private interface Factory {
        DatasetPacker create(JavaSparkContext spark, DataSpec data, long seed, Path dataDirectory);
    }

    private static final Map<Class<? extends DataSpec>, Factory> FACTORIES = Map.of(
            IdxData.class, (spark, data, seed, directory) -> new IdxDatasetPacker(spark, (IdxData) data),
            DigitsData.class,
                    (spark, data, seed, directory) -> new DigitsDatasetPacker(spark, (DigitsData) data, directory),
            CsvData.class, (spark, data, seed, directory) -> new TableDatasetPacker(spark, (CsvData) data, seed),
            ParquetData.class,
                    (spark, data, seed, directory) -> new TableDatasetPacker(spark, (ParquetData) data, seed),
            ImageFolderData.class,
                    (spark, data, seed, directory) -> new ImageFolderDatasetPacker(spark, (ImageFolderData) data));

    private DatasetPackers() {}

    /** The packer for a data set. */
    static DatasetPacker of(JavaSparkContext spark, DataSpec data, long seed, Path dataDirectory) {
        Factory factory = FACTORIES.get(data.getClass());
        if (factory == null) {
            throw new IllegalStateException("no reader is registered for " + data.getClass());
        }
        return factory.create(spark, data, seed, dataDirectory);
    }
}
