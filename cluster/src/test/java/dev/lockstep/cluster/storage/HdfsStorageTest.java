package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.CheckpointStorageContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everything of this package on a real HDFS with two data nodes, one cluster for all. */
@Tag("hdfs")
class HdfsStorageTest {
    private static final AtomicInteger NEXT = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private static MiniDFSCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        Path state = Files.createTempDirectory(Files.createDirectories(Path.of("target", "hdfs")), "cluster");
        Configuration configuration = new Configuration();
        configuration.set("dfs.permissions.superusergroup", System.getProperty("user.name"));
        cluster = new MiniDFSCluster.Builder(
                        configuration, state.toAbsolutePath().toFile())
                .numDataNodes(2)
                .build();
        cluster.waitActive();
    }

    @AfterAll
    static void stop() {
        cluster.shutdown(true);
    }

    private static String freshLocation() {
        return cluster.getURI() + "/runs/run-" + NEXT.incrementAndGet();
    }

    @Nested
    class Storage extends CheckpointStorageContract {
        @Override
        protected CheckpointStorage newStorage() throws IOException {
            return RunDirectory.storageAt(freshLocation(), new Configuration());
        }
    }

    @Nested
    class Directory extends RunDirectoryContract {
        @Override
        String newLocation() {
            return freshLocation();
        }
    }

    @Nested
    class Ledger extends LedgerFilesContract {
        @Override
        String newLocation() {
            return freshLocation();
        }
    }

    @Nested
    class Lease extends RunLeaseContract {
        @Override
        String newLocation() {
            return freshLocation();
        }
    }

    @Test
    void appendsToAFileThatADeadWriterHeldOpen() throws IOException {
        String location = freshLocation();
        Configuration other = new Configuration();
        other.setBoolean("fs.hdfs.impl.disable.cache", true);
        RunDirectory writer = RunDirectory.at(location, other);
        writer.make();
        LineWriter abandoned = writer.appendLines("metrics.jsonl");
        abandoned.append("1");

        RunDirectory next = RunDirectory.at(location, new Configuration());
        try (LineWriter lines = next.appendLines("metrics.jsonl")) {
            lines.append("2");
        }

        assertThat(next.readText("metrics.jsonl")).contains("1\n2\n");
    }

    @Test
    void keepsTwoReplicasOfEveryFile() throws IOException {
        RunDirectory run = RunDirectory.at(freshLocation(), new Configuration());
        run.make();
        run.writeText("result.json", "{}");

        FileSystem fileSystem = cluster.getFileSystem();
        var status = fileSystem.getFileStatus(new org.apache.hadoop.fs.Path(run.resolve("result.json")));
        assertThat(fileSystem.getFileBlockLocations(status, 0, status.getLen())[0].getHosts())
                .hasSize(2);
    }
}
