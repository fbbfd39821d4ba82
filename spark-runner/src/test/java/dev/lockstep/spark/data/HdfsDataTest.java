package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.DigitsData;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.ValidationSpec;
import dev.lockstep.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packed parts on a real HDFS: fetched once a host, compared with their checksums, fetched again when damaged. */
@Tag("hdfs")
@Tag("spark")
class HdfsDataTest {
    private static final DigitsData DIGITS =
            new DigitsData(300, 40, 11, null, 255, new ValidationSpec(0, ValidationSpec.Method.RANDOM));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void localCopiesAreFetchedOnceAndAgainWhenDamaged() throws IOException {
        MiniDFSCluster cluster = new MiniDFSCluster.Builder(
                        new Configuration(), folder.resolve("hdfs").toFile())
                .numDataNodes(1)
                .build();
        try (JavaSparkContext spark = TestSpark.start("local[2]")) {
            cluster.waitActive();
            org.apache.hadoop.fs.Path remote = new org.apache.hadoop.fs.Path(cluster.getURI() + "/runs/a/data");
            PackedManifest manifest =
                    PreparedData.prepare(spark, DIGITS, remote, 2).train();
            org.apache.hadoop.fs.Path local =
                    new org.apache.hadoop.fs.Path(folder.resolve("local").toUri());
            List<List<Float>> expected = PackedCopy.rows(
                    local,
                    DatasetRole.TRAIN,
                    PreparedData.prepare(spark, DIGITS, local, 2).train());

            Path copies = LocalParts.directory(
                    new org.apache.hadoop.fs.Path(remote, "train"), manifest, HadoopFiles.configuration());
            try {
                assertThat(PackedCopy.rows(remote, DatasetRole.TRAIN, manifest)).isEqualTo(expected);
                Path part = copies.resolve(manifest.parts().get(0).name());
                Object first = fileKey(part);
                PackedCopy.rows(remote, DatasetRole.TRAIN, manifest);
                assertThat(fileKey(part)).as("not fetched again").isEqualTo(first);

                byte[] damaged = Files.readAllBytes(part);
                damaged[damaged.length / 2] ^= 1;
                Files.write(part, damaged);
                assertThat(PackedCopy.rows(remote, DatasetRole.TRAIN, manifest)).isEqualTo(expected);
                assertThat(Files.readAllBytes(part)).isNotEqualTo(damaged);
            } finally {
                FileUtil.fullyDelete(copies.toFile());
            }
            assertThat(PreparedData.prepare(spark, DIGITS, remote, 2).train())
                    .as("reused, not packed again")
                    .isEqualTo(manifest);
        } finally {
            cluster.shutdown(true);
        }
    }

    private static Object fileKey(Path file) throws IOException {
        return String.valueOf(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    }
}
