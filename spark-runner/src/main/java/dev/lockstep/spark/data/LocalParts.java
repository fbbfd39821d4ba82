package dev.lockstep.spark.data;

import dev.lockstep.core.checkpoint.OwnerOnly;
import dev.lockstep.core.checkpoint.StorageFullException;
import dev.lockstep.core.data.PackedFile;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packed parts as files of this host, to be mapped into memory. Parts on a local file system are used where they lie;
 * others are fetched once a host, whoever comes first, into a directory named by their content.
 */
final class LocalParts {
    private static final Logger LOG = LoggerFactory.getLogger(LocalParts.class);

    /** One JVM may hold a file lock only once: its threads take turns before. */
    private static final Object TURNS = new Object();

    private LocalParts() {}

    /** A local directory that holds all parts of the manifest. */
    static Path directory(org.apache.hadoop.fs.Path remote, PackedManifest manifest, Configuration configuration) {
        if ("file".equals(remote.toUri().getScheme())) {
            return Path.of(remote.toUri());
        }
        Path parent = Path.of(System.getProperty("java.io.tmpdir"), "lockstep-" + System.getProperty("user.name"));
        Path directory = parent.resolve(manifest.sha256OfContents());
        synchronized (TURNS) {
            try {
                OwnerOnly.makeDirectory(parent);
                OwnerOnly.makeDirectory(directory);
                try (FileChannel lockFile = FileChannel.open(
                                directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = lockFile.lock()) {
                    for (PackedPart part : manifest.parts()) {
                        fetch(remote, directory, part, configuration);
                    }
                    lock.release();
                }
            } catch (IOException e) {
                throw notFetched(directory, manifest.totalBytes(), e);
            }
        }
        return directory;
    }

    static LockstepException notFetched(Path directory, long bytes, IOException failure) {
        String what = "packed samples cannot be fetched to " + directory + ": ";
        Optional<StorageFullException> full = StorageFullException.ofLocal(failure, directory.toString());
        if (full.isEmpty() && !(failure instanceof FileSystemException)) {
            // Not this host's disk: where they come from.
            return new StorageAwayException(what + failure.getMessage(), failure);
        }
        String reason = full.isEmpty()
                ? failure.getMessage()
                : full.get()
                        .needing(
                                bytes,
                                StorageFullException.freeBytesAt(directory),
                                directory.toString(),
                                "make room on this host, or name another disk by cluster.spark:"
                                        + " {spark.executor.extraJavaOptions: -Djava.io.tmpdir=DIRECTORY}")
                        .getMessage();
        return new LockstepException(ExitCode.DATA, what + reason, failure);
    }

    private static void fetch(
            org.apache.hadoop.fs.Path remote, Path directory, PackedPart part, Configuration configuration)
            throws IOException {
        Path local = directory.resolve(part.name());
        if (Files.exists(local)) {
            try {
                verify(local, part);
                return;
            } catch (LockstepException damaged) {
                LOG.warn("The local copy is fetched again: {}", damaged.getMessage());
            }
        }
        Path temporary = directory.resolve("_" + part.name());
        try (InputStream stream = HadoopFiles.open(new org.apache.hadoop.fs.Path(remote, part.name()), configuration)) {
            Files.copy(stream, temporary, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // Half a part on a full disk helps nobody.
            Files.deleteIfExists(temporary);
            throw e;
        }
        verify(temporary, part);
        Files.move(temporary, local, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Compares a part with its checksum: a local disk is where copies rot unseen.
     *
     * @throws LockstepException when it is damaged or another one
     */
    static void verify(Path local, PackedPart part) {
        try (PackedFile file = PackedFile.open(local)) {
            if (!file.checksum().equals(part.sha256())) {
                throw new LockstepException(
                        ExitCode.DATA,
                        local + ": expected the part with SHA-256 " + part.sha256() + ", found " + file.checksum());
            }
            file.verify();
        }
    }
}
