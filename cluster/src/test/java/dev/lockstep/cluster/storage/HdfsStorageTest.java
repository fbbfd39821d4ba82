package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.checkpoint.CheckpointFormat;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.CheckpointStorageContract;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.SavedModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everything of this package on a real HDFS with two data nodes, one cluster for all. */
@Tag("hdfs")
class HdfsStorageTest {
    private static String freshLocation() {
        return SharedHdfs.freshLocation();
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

    @Nested
    class Faults extends HdfsFaults {}

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
    void everyFileAndDirectoryOfARunIsForItsOwnerAlone() throws IOException {
        FileSystem fileSystem = SharedHdfs.cluster().getFileSystem();
        RunDirectory run = RunDirectory.at(freshLocation(), new Configuration());
        try (RunLease lease = RunLease.acquire(run, LeaseTiming.DEFAULT, Duration.ZERO, waiting -> {});
                LineWriter lines = run.appendLines("metrics.jsonl")) {
            lines.append("{}");
            run.writeText("result.json", "{}");
            CheckpointFormat format = new CheckpointFormat(run.checkpointStorage("checkpoints"));
            Checkpoint checkpoint = new Checkpoint(1, JsonNodeFactory.instance.objectNode(), new TreeMap<>());
            format.write(checkpoint, "run", lease::assertHeld);
            SavedModel model = new SavedModel(1, JsonNodeFactory.instance.objectNode(), new float[1]);
            new ModelArchive(run.storage()).write(model, "run", lease::assertHeld);
        }
        Path root = new Path(run.location());
        assertThat(fileSystem.getFileStatus(root).getPermission().toString()).isEqualTo("rwx------");
        assertThat(run.writableByOthers()).isEmpty();
        List<String> open = new ArrayList<>();
        var files = fileSystem.listFiles(root, true);
        int count = 0;
        while (files.hasNext()) {
            FileStatus file = files.next();
            String directory =
                    fileSystem.getFileStatus(file.getPath().getParent()).getPermission() + " ";
            String found = directory + file.getPermission();
            if (!found.equals("rwx------ rw-------")) {
                open.add(found + " " + file.getPath());
            }
            count++;
        }
        assertThat(open).isEmpty();
        assertThat(count).isGreaterThanOrEqualTo(9);

        fileSystem.setPermission(root, new FsPermission((short) 0770));
        assertThat(run.writableByOthers()).contains("rwxrwx---");
    }

    @Test
    void keepsTwoReplicasOfEveryFile() throws IOException {
        RunDirectory run = RunDirectory.at(freshLocation(), new Configuration());
        run.make();
        run.writeText("result.json", "{}");

        FileSystem fileSystem = SharedHdfs.cluster().getFileSystem();
        var status = fileSystem.getFileStatus(new Path(run.resolve("result.json")));
        assertThat(fileSystem.getFileBlockLocations(status, 0, status.getLen())[0].getHosts())
                .hasSize(2);
    }
}
