package dev.lockstep.core.checkpoint;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A storage has no room, or its quota is used up: the message says how much is needed and how much is free. */
public final class StorageFullException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param reason what the file system says
     * @param cause its exception
     */
    public StorageFullException(String reason, Throwable cause) {
        super(reason, cause);
    }

    /**
     * A local file system's complaint that it is full, which has no type of its own; empty for any other.
     *
     * @param place of which file or directory, where the complaint does not say
     */
    public static Optional<StorageFullException> ofLocal(IOException failure, String place) {
        String message = String.valueOf(failure.getMessage());
        if (!message.contains("No space left on device") && !message.contains("Disk quota exceeded")) {
            return Optional.empty();
        }
        boolean named = failure instanceof FileSystemException known && known.getFile() != null;
        return Optional.of(new StorageFullException(named ? message : place + ": " + message, failure));
    }

    /** The bytes that a local file may have that is written now, as far as the file system tells. */
    public static OptionalLong freeBytesAt(Path place) {
        try {
            @Nullable Path existing = place.toAbsolutePath();
            while (existing != null && !Files.exists(existing)) {
                existing = existing.getParent();
            }
            return existing == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(Files.getFileStore(existing).getUsableSpace());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * The same with figures, as people need them.
     *
     * @param remedy what a person can do about it
     */
    public StorageFullException needing(long neededBytes, OptionalLong freeBytes, String location, String remedy) {
        String free = freeBytes.isPresent() ? freeBytes.getAsLong() + " bytes are free" : "what is free is not known";
        return new StorageFullException(
                "no room: " + neededBytes + " bytes are needed in " + location + ", " + free + " (" + getMessage()
                        + "); " + remedy,
                this);
    }
}
