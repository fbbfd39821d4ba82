package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.checkpoint.ExpiredCredentials;
import dev.lockstep.core.checkpoint.WriteProbe;
import dev.lockstep.core.error.LockstepException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.token.SecretManager;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exceptions are Hadoop's own; the server that would throw them, with a Kerberos behind it, is not here. */
class ExpiredTokenTest {
    private static final String SAID = "token (HDFS_DELEGATION_TOKEN token 17 for alice) is expired, current time:"
            + " 2026-11-21 12:00:00,000+0000 expected renewal time: 2026-11-21 11:00:00,000+0000";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private java.nio.file.Path directory;

    /** A file system that lets nobody in any more. */
    private static final class Expired extends FilterFileSystem {
        private final IOException failure;

        Expired(FileSystem actual, IOException failure) {
            super(actual);
            this.failure = failure;
        }

        @Override
        public FSDataOutputStream create(
                Path path,
                FsPermission permission,
                boolean overwrite,
                int bufferSize,
                short replication,
                long blockSize,
                Progressable progress)
                throws IOException {
            throw failure;
        }
    }

    @Test
    void aStorageWhoseTokenHasRunOutSaysHowSparkRenewsIt() throws IOException {
        List<IOException> failures = List.of(
                new SecretManager.InvalidToken(SAID),
                new RemoteException(SecretManager.InvalidToken.class.getName(), SAID),
                new IOException("DestHost:destPort namenode:8020", new SecretManager.InvalidToken(SAID)),
                new IOException(new AccessControlException("Client cannot authenticate via:[TOKEN, KERBEROS]")));
        for (IOException failure : failures) {
            FileSystem files = new Expired(FileSystem.getLocal(new Configuration(false)), failure);
            HadoopCheckpointStorage storage = new HadoopCheckpointStorage(files, new Path(directory.toUri()));
            assertThatThrownBy(storage::probeWritable)
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContainingAll("cannot write to", "spark.kerberos.keytab", "the same command goes on");
            assertThat(WriteProbe.describe(failure)).contains("spark.kerberos.principal");
            assertThat(ExpiredCredentials.advice(new UncheckedIOException(failure)))
                    .contains("spark.kerberos.access.hadoopFileSystems");
        }
    }

    @Test
    void otherTroubleIsLeftAlone() {
        assertThat(ExpiredCredentials.advice(new FileNotFoundException("/data/tokens.csv")))
                .isEmpty();
        assertThat(ExpiredCredentials.advice(new AccessControlException("Permission denied: user=alice")))
                .isEmpty();
        IOException told = new IOException("refused" + ExpiredCredentials.advice(new SecretManager.InvalidToken(SAID)));
        assertThat(ExpiredCredentials.advice(told)).as("told once").isEmpty();
    }
}
