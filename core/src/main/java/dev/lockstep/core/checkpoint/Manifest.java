package dev.lockstep.core.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checksum.Sha256;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What makes a directory of files complete: it is written last and names all the others.
 *
 * @param format what the directory is, such as {@code lockstep-checkpoint}
 * @param formatVersion from 1
 * @param step the last applied step
 * @param runId names the run that wrote it
 * @param fencingNumber of the run lease under which it was written
 * @param createdAt by the writer's clock
 * @param files size and checksum of every other file, by name
 */
public record Manifest(
        String format,
        int formatVersion,
        long step,
        String runId,
        long fencingNumber,
        Instant createdAt,
        SortedMap<String, FileSeal> files) {
    private static final String OWN_CHECKSUM = "manifest_sha256";

    /**
     * Size and checksum of one file.
     *
     * @param bytes length
     * @param sha256 64 lower-case hexadecimal digits
     */
    public record FileSeal(long bytes, String sha256) {
        private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

        public FileSeal {
            if (bytes < 0 || !SHA_256.matcher(sha256).matches()) {
                throw new IllegalArgumentException(bytes + " bytes, SHA-256 \"" + sha256 + "\"");
            }
        }

        @Override
        public String toString() {
            return bytes + " bytes with SHA-256 " + sha256;
        }
    }

    public Manifest {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        files.keySet().forEach(StorageName::check);
    }

    /** Bytes of all the files it names. */
    public long totalBytes() {
        return files.values().stream().mapToLong(FileSeal::bytes).sum();
    }

    byte[] toJson() {
        ObjectNode tree = StrictJson.object();
        tree.put("format", format)
                .put("format_version", formatVersion)
                .put("step", step)
                .put("run_id", runId)
                .put("fencing_number", fencingNumber)
                .put("created_at", createdAt.toString());
        ObjectNode seals = tree.putObject("files");
        files.forEach(
                (name, seal) -> seals.putObject(name).put("bytes", seal.bytes()).put("sha256", seal.sha256()));
        tree.put(OWN_CHECKSUM, Sha256.of(StrictJson.compact(tree)));
        return StrictJson.pretty(tree);
    }

    /** @throws IOException saying what is wrong with it */
    static Manifest parse(byte[] json) throws IOException {
        ObjectNode tree = StrictJson.parse(json);
        JsonNode ownChecksum = tree.remove(OWN_CHECKSUM);
        String computed = Sha256.of(StrictJson.compact(tree));
        if (ownChecksum == null || !ownChecksum.asText().equals(computed)) {
            throw new IOException("contents with SHA-256 " + computed + " where it says "
                    + (ownChecksum == null ? "none" : ownChecksum));
        }
        try {
            SortedMap<String, FileSeal> files = new TreeMap<>();
            for (Map.Entry<String, JsonNode> file : tree.required("files").properties()) {
                files.put(
                        file.getKey(),
                        new FileSeal(
                                whole(file.getValue(), "bytes"),
                                file.getValue().required("sha256").asText()));
            }
            return new Manifest(
                    tree.required("format").asText(),
                    Math.toIntExact(whole(tree, "format_version")),
                    whole(tree, "step"),
                    tree.required("run_id").asText(),
                    whole(tree, "fencing_number"),
                    Instant.parse(tree.required("created_at").asText()),
                    files);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new IOException("members that do not fit: " + e.getMessage(), e);
        }
    }

    private static long whole(JsonNode tree, String name) {
        JsonNode value = tree.required(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException(name + " is " + value + ", not a whole number");
        }
        return value.longValue();
    }
}
