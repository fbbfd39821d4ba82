package dev.lockstep.cluster.storage;

import dev.lockstep.core.checkpoint.DurableFiles;
import dev.lockstep.core.checkpoint.StorageName;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory of a Hadoop file system. */
final class HadoopRunFiles implements RunFiles {
    private static final Logger LOG = LoggerFactory.getLogger(HadoopRunFiles.class);
    private static final Duration LEASE_RECOVERY_DEADLINE = Duration.ofSeconds(60);

    private final FileSystem fileSystem;
    private final Path root;

    HadoopRunFiles(FileSystem fileSystem, Path root) {
        this.fileSystem = fileSystem;
        this.root = fileSystem.makeQualified(root);
    }

    @Override
    public String location() {
        return root.toString();
    }

    @Override
    public void makeDirectory() throws IOException {
        HadoopOwnerOnly.makeDirectory(fileSystem, root);
    }

    @Override
    public Optional<String> writableByOthers() throws IOException {
        return HadoopOwnerOnly.writableByOthers(fileSystem, root);
    }

    @Override
    public boolean exists(String name) throws IOException {
        return fileSystem.exists(path(name));
    }

    @Override
    public List<String> list() throws IOException {
        try {
            return Arrays.stream(fileSystem.listStatus(root))
                    .map(status -> status.getPath().getName())
                    .sorted()
                    .toList();
        } catch (FileNotFoundException e) {
            return List.of();
        }
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
        try (InputStream in = fileSystem.open(path(name))) {
            return Optional.of(in.readAllBytes());
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    @Override
    public void replace(String name, byte[] contents) throws IOException {
        Path temporary = path("_" + name + "-" + DurableFiles.randomName());
        try {
            writeNew(temporary, contents);
            HadoopRename.replacing(fileSystem, temporary, path(name));
        } catch (IOException | RuntimeException e) {
            deleteQuietly(temporary);
            throw e;
        }
    }

    /** What failed before is what counts. */
    private void deleteQuietly(Path path) {
        try {
            fileSystem.delete(path, false);
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} is left", path, e);
        }
    }

    @Override
    public boolean createExclusively(String name, byte[] contents) throws IOException {
        // Made whole under another name first: a reader of the exclusive one never sees it empty.
        Path temporary = path("_" + name + "-" + DurableFiles.randomName());
        try {
            writeNew(temporary, contents);
            HadoopRename.exclusively(fileSystem, temporary, path(name));
            return true;
        } catch (FileAlreadyExistsException e) {
            fileSystem.delete(temporary, false);
            return false;
        } catch (IOException | RuntimeException e) {
            deleteQuietly(temporary);
            throw e;
        }
    }

    private void writeNew(Path path, byte[] contents) throws IOException {
        try (OutputStream out = new HadoopStream(HadoopOwnerOnly.create(fileSystem, path, false), path)) {
            out.write(contents);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Path path = path(name);
        if (!fileSystem.delete(path, false) && fileSystem.exists(path)) {
            throw new IOException("the file system did not delete " + path);
        }
    }

    @Override
    public AppendStream append(String name) throws IOException {
        Path path = path(name);
        if (!fileSystem.exists(path)) {
            FileSystem appending = bestEffort();
            return new FlushedStream(HadoopOwnerOnly.create(appending, path, false), appending);
        }
        closeForDeadWriter(path);
        FileSystem appending = bestEffort();
        try {
            return new FlushedStream(appending.append(path), appending);
        } catch (UnsupportedOperationException e) {
            // No append here: the file is written again from its beginning.
            byte[] before = read(name).orElse(new byte[0]);
            FSDataOutputStream out = HadoopOwnerOnly.create(appending, path, true);
            out.write(before);
            out.hflush();
            return new FlushedStream(out, appending);
        }
    }

    /**
     * HDFS refuses to append where it has fewer data nodes than replicas are asked for, unless it is told before that
     * fewer will do. The setting belongs to a file system, and the shared one is not ours to change.
     */
    private FileSystem bestEffort() throws IOException {
        Configuration configuration = new Configuration(fileSystem.getConf());
        configuration.setBoolean("dfs.client.block.write.replace-datanode-on-failure.best-effort", true);
        return FileSystem.newInstance(root.toUri(), configuration);
    }

    /** HDFS lets one writer at a file; one that died holds it until the name node is asked to take it away. */
    private void closeForDeadWriter(Path path) throws IOException {
        if (!(fileSystem instanceof DistributedFileSystem hdfs) || hdfs.isFileClosed(path)) {
            return;
        }
        long start = System.nanoTime();
        while (!hdfs.recoverLease(path)) {
            if (System.nanoTime() - start > LEASE_RECOVERY_DEADLINE.toNanos()) {
                throw new IOException("HDFS has not closed " + path + " within " + LEASE_RECOVERY_DEADLINE.toSeconds()
                        + " s after its writer died");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while HDFS was closing " + path, e);
            }
        }
    }

    @Override
    public void moveToSibling(String name, String sibling) throws IOException {
        Path target = new Path(siblingLocation(sibling));
        HadoopOwnerOnly.makeDirectory(fileSystem, target);
        HadoopRename.exclusively(fileSystem, path(name), new Path(target, name));
    }

    @Override
    public String siblingLocation(String sibling) {
        return new Path(root.getParent(), StorageName.check(sibling)).toString();
    }

    private Path path(String name) {
        return new Path(root, StorageName.check(name));
    }

    private record FlushedStream(FSDataOutputStream out, FileSystem owned) implements AppendStream {
        @Override
        public void write(byte[] bytes) throws IOException {
            out.write(bytes);
        }

        @Override
        public void flush() throws IOException {
            out.hflush();
        }

        @Override
        public void close() throws IOException {
            try (owned) {
                out.close();
            }
        }
    }
}
