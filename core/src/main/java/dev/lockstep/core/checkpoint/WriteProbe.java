package dev.lockstep.core.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Goes once through everything that writing a checkpoint does, with a few bytes. */
public final class WriteProbe {
    private static final byte[] CONTENTS = "lockstep write probe".getBytes(StandardCharsets.US_ASCII);
    private static final String FILE = "probe";

    private WriteProbe() {}

    /** Creates, reads back, renames and deletes a small directory. */
    public static void run(CheckpointStorage storage) throws IOException {
        String random = DurableFiles.randomName();
        String temporary = "_temporary-probe-" + random;
        String published = "_probe-" + random;
        try {
            try (OutputStream out = storage.create(temporary, FILE)) {
                out.write(CONTENTS);
            }
            try (InputStream in = storage.open(temporary, FILE)) {
                byte[] found = in.readNBytes(CONTENTS.length + 1);
                if (!Arrays.equals(found, CONTENTS)) {
                    throw new IOException("a test file of " + CONTENTS.length + " bytes came back changed, with "
                            + found.length + " bytes");
                }
            }
            storage.publish(temporary, published);
        } finally {
            storage.delete(temporary);
            storage.delete(published);
        }
    }

    /** What went wrong, in words: an exception of the file system often has only a path for a message. */
    public static String describe(IOException failure) {
        if (failure instanceof FileSystemException known && known.getFile() != null) {
            String reason = reason(known);
            if (reason != null) {
                return reason + ": " + known.getFile();
            }
        }
        return failure.getClass().getSimpleName() + ": " + failure.getMessage() + ExpiredCredentials.advice(failure);
    }

    private static @Nullable String reason(FileSystemException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "a file of this name is in the way";
        }
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        return failure.getReason();
    }
}
