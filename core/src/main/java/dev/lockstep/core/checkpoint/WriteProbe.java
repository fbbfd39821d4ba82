package dev.lockstep.core.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
