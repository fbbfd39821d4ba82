package dev.lockstep.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spark.data.HadoopFiles;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs and models of Spark ML on a real HDFS. */
@Tag("hdfs")
@Tag("spark")
@Tag("slow")
final class SparkMlHdfsTest {
    @RegisterExtension
    static final UsersSession SPARK = new UsersSession();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void aRunAndItsModelAreKeptOnHdfs() throws Exception {
        MiniDFSCluster cluster = new MiniDFSCluster.Builder(
                        new Configuration(), folder.resolve("hdfs").toFile())
                .numDataNodes(1)
                .build();
        try {
            cluster.waitActive();
            Dataset<Row> points = SPARK.points();
            String run = cluster.getURI() + "/runs/points";
            NeuralNetworkClassifier network = new NeuralNetworkClassifier()
                    .setHiddenLayers(new int[] {8})
                    .setRunDirectory(run)
                    .setMaxIter(2);
            network.fit(points);
            NeuralNetworkClassificationModel continued = network.setMaxIter(4).fit(points);
            network.clear(network.runDirectory());
            assertThat(continued.weights()).isEqualTo(network.fit(points).weights());

            String saved = cluster.getURI() + "/models/points";
            continued.save(saved);
            continued.write().overwrite().save(saved);
            assertThat(NeuralNetworkClassificationModel.load(saved).weights()).isEqualTo(continued.weights());
            org.apache.hadoop.fs.Path model = new org.apache.hadoop.fs.Path(saved);
            FileSystem files = model.getFileSystem(HadoopFiles.configuration());
            assertThat(files.listStatus(model))
                    .extracting(status -> status.getPath().getName())
                    .containsExactlyInAnyOrder("metadata", "model");
        } finally {
            cluster.shutdown(true);
        }
    }
}
