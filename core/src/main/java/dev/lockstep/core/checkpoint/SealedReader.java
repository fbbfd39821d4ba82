package dev.lockstep.core.checkpoint;

import dev.lockstep.core.checkpoint.Manifest.FileSeal;
import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/** Reads directories that a {@link SealedDirectory} wrote; believes nothing that the manifest does not vouch for. */
final class SealedReader {
    static final String MANIFEST = "manifest.json";
    static final int MANIFEST_LIMIT_BYTES = 1 << 20;

    private final CheckpointStorage storage;
    private final String format;
    private final int formatVersion;

    /** @param formatVersion the newest that is read */
    SealedReader(CheckpointStorage storage, String format, int formatVersion) {
        this.storage = storage;
        this.format = format;
        this.formatVersion = formatVersion;
    }

    /** The path of a directory, for messages. */
    String path(String directory) {
        return storage.location() + "/" + directory;
    }

    /**
     * Compares every file with the manifest; nothing is kept in memory.
     *
     * @throws DamagedCheckpointException naming the first that is not what the manifest says
     */
    void check(String directory, Manifest manifest) throws IOException {
        for (String file : manifest.files().keySet()) {
            FileSeal expected = checkedSeal(directory, manifest, file);
            FileSeal found = sealOf(directory, file);
            if (!found.equals(expected)) {
                throw damaged(directory, file, expected.toString(), found.toString());
            }
        }
    }

    /** Size and checksum of a file as it is. */
    FileSeal sealOf(String directory, String file) throws IOException {
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

    /**
     * Reads and checks a manifest.
     *
     * @throws DamagedCheckpointException when there is none or it is not whole
     * @throws LockstepException when it is of a newer format version
     */
    Manifest manifest(String directory) throws IOException {
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
    FileSeal checkedSeal(String directory, Manifest manifest, String file) throws IOException {
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
