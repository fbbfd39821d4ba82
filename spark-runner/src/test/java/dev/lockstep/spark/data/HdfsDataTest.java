package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.core.data.DigitsData;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.ValidationSpec;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Packed parts on a real HDFS: fetched once a host, compared with their checksums, fetched again when damaged; and what is
 * said where there is no room for them.
 */
@Tag("hdfs")
@Tag("spark")
class HdfsDataTest {
    private static final String FULL = "spark.hadoop.fs.full.impl";

    private static final DigitsData DIGITS =
            new DigitsData(300, 40, 11, null, 255, new ValidationSpec(0, ValidationSpec.Method.RANDOM));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static MiniDFSCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static JavaSparkContext spark;

    @BeforeAll
    static void start() throws IOException {
        cluster = new MiniDFSCluster.Builder(
                        new Configuration(), folder.resolve("hdfs").toFile())
                .numDataNodes(1)
                .build();
        System.setProperty(FULL, FullFileSystem.class.getName());
        spark = TestSpark.start("local[2]");
        cluster.waitActive();
    }

    @AfterAll
    static void stop() {
        System.clearProperty(FULL);
        spark.close();
        cluster.shutdown(true);
    }

    private static DigitsData localFiles() {
        return new DigitsData(
                DIGITS.trainSamples(),
                DIGITS.testSamples(),
                DIGITS.seed(),
                folder.resolve("digits").toString(),
                DIGITS.scale(),
                DIGITS.validation());
    }

    private static void assertNoRoom(org.apache.hadoop.fs.Path data, String... more) throws IOException {
        assertThatThrownBy(() -> PreparedData.prepare(spark, localFiles(), data, 1))
                .isInstanceOfSatisfying(LockstepException.class, failure -> assertThat(failure.exitCode())
                        .isEqualTo(ExitCode.DATA))
                .hasMessageContainingAll(
                        "packing ", "no room: ", " bytes are needed in " + data + "/train/part-00000.packed, ")
                .hasMessageContainingAll(more)
                .hasMessageContaining("--run-dir")
                .hasMessageNotContaining("\tat ");
        org.apache.hadoop.fs.Path parts = new org.apache.hadoop.fs.Path(data, "train");
        assertThat(parts.getFileSystem(HadoopFiles.configuration()).exists(parts))
                .as("what is left of the set")
                .isFalse();
    }

    @Test
    void aQuotaThatIsUsedUpIsToldWithFiguresAndTheRemedy() throws IOException {
        org.apache.hadoop.fs.Path run = new org.apache.hadoop.fs.Path(cluster.getURI() + "/runs/quota");
        cluster.getFileSystem().mkdirs(run);
        cluster.getFileSystem().setQuota(run, HdfsConstants.QUOTA_DONT_SET, 100_000);
        assertNoRoom(
                new org.apache.hadoop.fs.Path(run, "data"),
                "33333 bytes are free (", // in three copies
                "The DiskSpace quota of /runs/quota is exceeded",
                "-setSpaceQuota");
    }

    /** Hadoop calls that an error of the file system; Spark would try again a thousand times. */
    @Test
    void aFullDiskIsToldAtOnce() throws IOException {
        assumeTrue(Files.isWritable(Path.of(FullFileSystem.DEVICE)), "this system has no full device");
        assertNoRoom(
                new org.apache.hadoop.fs.Path(
                        "full:" + folder.resolve("full").toUri().getPath()),
                "No space left on device");
        assertThat(FullFileSystem.created()).isEqualTo(1);
    }

    @Test
    void localCopiesAreFetchedOnceAndAgainWhenDamaged() throws IOException {
        org.apache.hadoop.fs.Path remote = new org.apache.hadoop.fs.Path(cluster.getURI() + "/runs/a/data");
        PackedManifest manifest = PreparedData.prepare(spark, DIGITS, remote, 2).train();
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
    }

    private static Object fileKey(Path file) throws IOException {
        return String.valueOf(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    }
}
