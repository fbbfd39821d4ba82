package dev.lockstep.core.checkpoint;

import dev.lockstep.core.checkpoint.Manifest.FileSeal;
import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The protocol of the package description, for one family of directories in a storage: {@code step-..} or {@code
 * model}. Writes them all or nothing, reads only what is complete and undamaged.
 */
final class SealedDirectory {
    private static final String MANIFEST = "manifest.json";
    private static final int MANIFEST_LIMIT_BYTES = 1 << 20;
    private static final String TEMPORARY = "_temporary-";
    private static final String REPLACED = "_replaced-";
    private static final String DELETED = "_deleted-";

    private final CheckpointStorage storage;
    private final String family;
    private final String format;
    private final int formatVersion;

    /** The contents of one file that is to be written. */
    @FunctionalInterface
    interface Contents {
        void writeTo(OutputStream out) throws IOException;
    }

    /** @param family what the names of the directories begin with; those of another family are left alone */
    SealedDirectory(CheckpointStorage storage, String family, String format, int formatVersion) {
        this.storage = storage;
        this.family = family;
        this.format = format;
        this.formatVersion = formatVersion;
    }

    /** The path of a directory, for messages. */
    String path(String directory) {
        return storage.location() + "/" + directory;
    }

    /**
     * Writes and publishes a directory.
     *
     * @param fencing the fencing number of the run lease; throws when the lease is lost
     * @throws LockstepException when a later owner of the run has already written a directory of this name
     */
    Manifest write(String name, long step, String runId, LongSupplier fencing, SortedMap<String, Contents> files)
            throws IOException {
        clearDebris();
        String temporary = TEMPORARY + name + "-" + DurableFiles.randomName();
        SortedMap<String, FileSeal> seals = new TreeMap<>();
        for (Map.Entry<String, Contents> file : files.entrySet()) {
            seals.put(file.getKey(), writeVerified(temporary, file.getKey(), file.getValue()));
        }
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Manifest manifest = new Manifest(format, formatVersion, step, runId, fencing.getAsLong(), now, seals);
        byte[] json = manifest.toJson();
        if (json.length > MANIFEST_LIMIT_BYTES) {
            throw new IllegalArgumentException("too many files for a manifest of " + MANIFEST_LIMIT_BYTES + " bytes");
        }
        writeVerified(temporary, MANIFEST, out -> out.write(json));
        if (fencing.getAsLong() != manifest.fencingNumber()) {
            throw new IOException(
                    "the run lease was renewed under another number while " + path(name) + " was being written");
        }
        publish(temporary, name, manifest.fencingNumber());
        return manifest;
    }

    private FileSeal writeVerified(String directory, String file, Contents contents) throws IOException {
        MessageDigest digest = Sha256.digest();
        long written;
        try (CountingOutputStream out = new CountingOutputStream(storage.create(directory, file))) {
            contents.writeTo(new DigestOutputStream(out, digest));
            written = out.count();
        }
        FileSeal seal = new FileSeal(written, Sha256.hex(digest));
        FileSeal found = sealOf(directory, file);
        if (!found.equals(seal)) {
            throw new IOException("the storage did not keep " + path(directory) + "/" + file + ": expected " + seal
                    + ", read back " + found);
        }
        return seal;
    }

    private FileSeal sealOf(String directory, String file) throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] chunk = new byte[1 << 16];
        long bytes = 0;
        try (InputStream in = storage.open(directory, file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
                bytes += read;
            }
        }
        return new FileSeal(bytes, Sha256.hex(digest));
    }

    private void publish(String temporary, String name, long fencingNumber) throws IOException {
        if (!storage.list().contains(name)) {
            storage.publish(temporary, name);
            return;
        }
        long present = fencingNumberOf(name);
        if (present > fencingNumber) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "not written: " + path(name) + " is already there with fencing number " + present
                            + ", this process holds " + fencingNumber
                            + ": another process has taken the run over; this one has to stop");
        }
        String aside = REPLACED + name + "-" + DurableFiles.randomName();
        storage.publish(name, aside);
        storage.publish(temporary, name);
        storage.delete(aside);
    }

    /** The fencing number of a directory, or the lowest one when its manifest is damaged. */
    private long fencingNumberOf(String name) throws IOException {
        try {
            return readManifest(name).fencingNumber();
        } catch (DamagedCheckpointException e) {
            return Long.MIN_VALUE;
        }
    }

    /** Removes what writers that died have left; moves back what they had moved aside. */
    void clearDebris() throws IOException {
        List<String> present = storage.list();
        for (String name : present) {
            if (name.startsWith(TEMPORARY + family) || name.startsWith(DELETED + family)) {
                storage.delete(name);
            } else if (name.startsWith(REPLACED + family)) {
                String original = originalName(name);
                if (present.contains(original)) {
                    storage.delete(name);
                } else {
                    storage.publish(name, original);
                }
            }
        }
    }

    /** The directory that a writer that died had moved aside and not yet replaced, or the name itself. */
    String presentName(String name) throws IOException {
        List<String> present = storage.list();
        if (present.contains(name)) {
            return name;
        }
        return present.stream()
                .filter(candidate -> candidate.startsWith(REPLACED + family)
                        && originalName(candidate).equals(name))
                .findFirst()
                .orElse(name);
    }

    private static String originalName(String replaced) {
        return replaced.substring(REPLACED.length(), Math.max(REPLACED.length(), replaced.lastIndexOf('-')));
    }

    /** Deletes a published directory; it is never half there under its own name. */
    void discard(String name) throws IOException {
        String aside = DELETED + name + "-" + DurableFiles.randomName();
        storage.publish(name, aside);
        storage.delete(aside);
    }

    /**
     * Reads and checks a manifest.
     *
     * @throws DamagedCheckpointException when there is none or it is not whole
     * @throws LockstepException when it is of a newer format version
     */
    Manifest readManifest(String directory) throws IOException {
        long size = sizeOf(directory, MANIFEST, "a manifest");
        if (size > MANIFEST_LIMIT_BYTES) {
            throw damaged(directory, MANIFEST, "at most " + MANIFEST_LIMIT_BYTES + " bytes", size + " bytes");
        }
        byte[] json;
        try (InputStream in = storage.open(directory, MANIFEST)) {
            json = in.readNBytes(MANIFEST_LIMIT_BYTES);
        }
        Manifest manifest;
        try {
            manifest = Manifest.parse(json);
        } catch (IOException e) {
            throw new DamagedCheckpointException(
                    path(directory), MANIFEST, "a complete manifest", String.valueOf(e.getMessage()), e);
        }
        if (!manifest.format().equals(format)) {
            throw damaged(directory, MANIFEST, "format " + format, manifest.format());
        }
        if (manifest.formatVersion() > formatVersion) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    path(directory) + " has format " + manifest.formatVersion() + ", this version reads <= "
                            + formatVersion + ": use the Lockstep version that wrote it, or a newer one");
        }
        return manifest;
    }

    /**
     * Reads a small file.
     *
     * @throws DamagedCheckpointException when it is not what the manifest says
     */
    byte[] readBytes(String directory, Manifest manifest, String file, int limitBytes) throws IOException {
        FileSeal seal = checkedSeal(directory, manifest, file);
        if (seal.bytes() > limitBytes) {
            throw damaged(directory, file, "at most " + limitBytes + " bytes", seal.bytes() + " bytes");
        }
        MessageDigest digest = Sha256.digest();
        byte[] contents;
        try (InputStream in = new DigestInputStream(storage.open(directory, file), digest)) {
            contents = in.readNBytes((int) seal.bytes());
        }
        checkDigest(directory, file, seal, digest);
        return contents;
    }

    /**
     * Reads a tensor.
     *
     * @throws DamagedCheckpointException when it is not what the manifest says
     */
    float[] readTensor(String directory, Manifest manifest, String file) throws IOException {
        FileSeal seal = checkedSeal(directory, manifest, file);
        if (seal.bytes() % Float.BYTES != 0 || seal.bytes() / Float.BYTES > Integer.MAX_VALUE - 8) {
            throw damaged(directory, file, "whole float32 values, fewer than 2^31", seal.bytes() + " bytes");
        }
        MessageDigest digest = Sha256.digest();
        float[] values;
        try (InputStream in = new DigestInputStream(storage.open(directory, file), digest)) {
            values = TensorBytes.read(in, (int) (seal.bytes() / Float.BYTES));
        } catch (EOFException e) {
            throw new DamagedCheckpointException(
                    path(directory), file, seal.bytes() + " bytes", String.valueOf(e.getMessage()), e);
        }
        checkDigest(directory, file, seal, digest);
        return values;
    }

    /** The file's size is compared with the manifest before anything of that size is allocated. */
    private FileSeal checkedSeal(String directory, Manifest manifest, String file) throws IOException {
        FileSeal seal = manifest.files().get(file);
        if (seal == null) {
            throw damaged(
                    directory,
                    MANIFEST,
                    "an entry for " + file,
                    "entries for " + manifest.files().keySet());
        }
        long size = sizeOf(directory, file, seal.toString());
        if (size != seal.bytes()) {
            throw damaged(directory, file, seal.bytes() + " bytes", size + " bytes");
        }
        return seal;
    }

    private long sizeOf(String directory, String file, String expected) throws IOException {
        try {
            return storage.size(directory, file);
        } catch (NoSuchFileException e) {
            throw new DamagedCheckpointException(path(directory), file, expected, "no such file", e);
        }
    }

    private void checkDigest(String directory, String file, FileSeal seal, MessageDigest digest) {
        String found = Sha256.hex(digest);
        if (!found.equals(seal.sha256())) {
            throw damaged(directory, file, "SHA-256 " + seal.sha256(), "SHA-256 " + found);
        }
    }

    DamagedCheckpointException damaged(String directory, String file, String expected, String found) {
        return new DamagedCheckpointException(path(directory), file, expected, found);
    }
}
