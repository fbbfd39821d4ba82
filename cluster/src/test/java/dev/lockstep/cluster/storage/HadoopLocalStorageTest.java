package dev.lockstep.cluster.storage;

import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.CheckpointStorageContract;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;

/** The Hadoop storage on a file system that is not HDFS. */
class HadoopLocalStorageTest extends CheckpointStorageContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Override
    protected CheckpointStorage newStorage() throws IOException {
        return new HadoopCheckpointStorage(directory.resolve("checkpoints").toUri(), new Configuration());
    }
}
