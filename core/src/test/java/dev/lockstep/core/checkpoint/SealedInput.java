package dev.lockstep.core.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.fuzz.FuzzFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Directories with manifests as one input: files are named {@code DIRECTORY/FILE}. Where a manifest has {@code "@"} for
 * a file or for its own checksum, the right one is put in, so that changes get past the checksums.
 */
final class SealedInput {
    private static final String MANIFEST = "manifest.json";
    private static final String OPEN = "@";

    private SealedInput() {}

    /** The storage that an input describes. */
    static MemoryStorage storage(byte[] input) {
        MemoryStorage storage = new MemoryStorage();
        FuzzFiles.split(input).forEach((path, content) -> {
            int slash = path.indexOf('/');
            storage.put(path.substring(0, Math.max(0, slash)), path.substring(slash + 1), content);
        });
        for (String directory : storage.list()) {
            byte[] manifest = storage.files(directory).get(MANIFEST);
            if (manifest != null) {
                storage.put(directory, MANIFEST, sealed(manifest, storage.files(directory)));
            }
        }
        return storage;
    }

    private static byte[] sealed(byte[] manifest, Map<String, byte[]> files) {
        ObjectNode tree;
        try {
            tree = StrictJson.parse(manifest);
        } catch (IOException e) {
            return manifest;
        }
        if (tree.path("files") instanceof ObjectNode seals) {
            files.forEach((name, content) -> {
                if (seals.path(name).asText().equals(OPEN)) {
                    seals.putObject(name).put("bytes", content.length).put("sha256", Sha256.of(content));
                }
            });
        }
        JsonNode own = tree.get("manifest_sha256");
        if (own != null && own.asText().equals(OPEN)) {
            tree.remove("manifest_sha256");
            tree.put("manifest_sha256", Sha256.of(StrictJson.compact(tree)));
        }
        return StrictJson.compact(tree);
    }

    /** An input of all that was written to a storage, its checksums left open or as they are. */
    static byte[] of(MemoryStorage storage, boolean open) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String directory : storage.list()) {
            for (Map.Entry<String, byte[]> file : storage.files(directory).entrySet()) {
                boolean isOpen = open && file.getKey().equals(MANIFEST);
                files.put(directory + "/" + file.getKey(), isOpen ? opened(file.getValue()) : file.getValue());
            }
        }
        return FuzzFiles.joined(files);
    }

    private static byte[] opened(byte[] manifest) throws IOException {
        ObjectNode tree = StrictJson.parse(manifest);
        if (tree.path("files") instanceof ObjectNode seals) {
            seals.fieldNames().forEachRemaining(name -> seals.put(name, OPEN));
        }
        tree.put("manifest_sha256", OPEN);
        return tree.toString().getBytes(StandardCharsets.UTF_8);
    }
}
