package dev.lockstep.spark.doctor;

import dev.lockstep.core.memory.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The places on a host where files come and go.
 *
 * @param directories where Spark and Lockstep put what does not fit elsewhere, and the packed samples
 * @param freeBytes of the fullest of them
 * @param sharedMemoryBytes free in /dev/shm; -1 where it cannot be written
 */
record Places(String directories, long freeBytes, long sharedMemoryBytes) {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final long LEAST_FREE_BYTES = ByteCount.mebibytes(256);
    private static final long FEW_FREE_BYTES = ByteCount.mebibytes(2 * 1024);
    private static final long LEAST_SHARED_BYTES = ByteCount.mebibytes(8);

    /** Of this host. */
    static Places here(String localDirectories) throws IOException {
        long free = Long.MAX_VALUE;
        for (String directory : localDirectories.split(",")) {
            free = Math.min(free, freeBytes(existing(Path.of(directory.strip()).toAbsolutePath())));
        }
        boolean shares = Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY);
        return new Places(localDirectories, free, shares ? freeBytes(SHARED_MEMORY) : -1);
    }

    private static Path existing(Path path) {
        Path found = path;
        while (!Files.exists(found) && found.getParent() != null) {
            found = found.getParent();
        }
        return found;
    }

    private static long freeBytes(Path path) throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    /**
     * What follows from it.
     *
     * @param where such as " on executor 1"; empty for the driver
     * @param shares whether workers on that host would exchange through memory
     */
    List<Finding> findings(String where, boolean shares) {
        List<Finding> findings = new ArrayList<>();
        String found = ByteCount.text(freeBytes) + " free in " + directories + where;
        String fix =
                "free some space, or set spark.local.dir to a disk with more (on YARN: yarn.nodemanager.local-dirs)";
        if (freeBytes < LEAST_FREE_BYTES) {
            findings.add(Finding.ofCluster("local disk", found, fix));
        } else {
            findings.add(
                    freeBytes < FEW_FREE_BYTES
                            ? Finding.warning("local disk", found, fix)
                            : Finding.ok("local disk", found));
        }
        if (shares) {
            findings.add(sharedMemory(where));
        }
        return findings;
    }

    private Finding sharedMemory(String where) {
        if (sharedMemoryBytes >= LEAST_SHARED_BYTES) {
            return Finding.ok("/dev/shm", ByteCount.text(sharedMemoryBytes) + " free" + where);
        }
        return Finding.warning(
                "/dev/shm",
                (sharedMemoryBytes < 0 ? "cannot be written" : ByteCount.text(sharedMemoryBytes) + " free") + where
                        + ": workers on one host exchange over sockets, which is slower",
                "give containers 64 MiB of it (docker run --shm-size), or set cluster.shared_memory: false to say no more"
                        + " of it");
    }
}
