package dev.lockstep.core.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.fuzz.FuzzFiles;
import dev.lockstep.core.fuzz.FuzzTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A packed data set: a manifest and its parts. Where the manifest gives {@code "@"} for a checksum, the part is sealed
 * anew, so that changes get past the checksums.
 */
public final class PackedFuzzTarget implements FuzzTarget {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MANIFEST = "manifest.json";
    private static final int MOST_VALUES = 1 << 20;

    private @Nullable Path directory;

    @Override
    public String name() {
        return "packed";
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        return List.of(images(), marked(), images(false));
    }

    private static byte[] images() throws IOException {
        return images(true);
    }

    private static byte[] images(boolean sealedAnew) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        PackedHeader first = new PackedHeader(0, 3, Shape.of(2, 2), ElementType.U8, 1, ElementType.U8);
        PackedHeader second = new PackedHeader(3, 2, Shape.of(2, 2), ElementType.U8, 1, ElementType.U8);
        PackedManifest manifest = PackedManifest.of(
                first, List.of(2L, 2L, 1L), "a test", List.of(part("a", first, files), part("b", second, files)));
        return input(manifest.withClassNames(List.of("x", "y", "z")), files, sealedAnew);
    }

    private static byte[] marked() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        PackedHeader header = new PackedHeader(0, 3, Shape.of(2), ElementType.F32, 2, ElementType.F32, true, true);
        return input(PackedManifest.of(header, null, "a test", List.of(part("all", header, files))), files, true);
    }

    private static byte[] input(PackedManifest manifest, Map<String, byte[]> files, boolean sealedAnew) {
        String json = manifest.toJson();
        if (sealedAnew) {
            json = json.replaceAll("[0-9a-f]{64}", "@");
        }
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put(MANIFEST, json.getBytes(StandardCharsets.UTF_8));
        all.putAll(files);
        return FuzzFiles.joined(all);
    }

    private static PackedPart part(String name, PackedHeader header, Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PackedWriter writer = new PackedWriter(bytes, header)) {
            int values = header.samples() * header.featureCount();
            if (header.featureType() == ElementType.U8) {
                writer.writeFeatures(new byte[values], 0, values);
            } else {
                writer.writeFeatures(new float[values], 0, values);
            }
            for (int i = 0; i < header.samples(); i++) {
                float[] label = new float[header.labelWidth()];
                Arrays.fill(label, (i + header.firstSample()) % 3);
                writer.writeLabels(label, 0, label.length);
                if (header.marked()) {
                    writer.writeMark(SamplePart.TRAIN);
                    writer.writeWeight(0.5f);
                }
            }
            PackedPart part = writer.finish(name);
            files.put(name, bytes.toByteArray());
            return part;
        }
    }

    @Override
    public void read(byte[] input) throws IOException {
        Map<String, byte[]> files = FuzzFiles.split(input);
        String json = new String(files.getOrDefault(MANIFEST, new byte[0]), StandardCharsets.UTF_8);
        PackedManifest.isReadable(json);
        PackedManifest.fingerprintIn(json);
        PackedManifest manifest = PackedManifest.fromJson(sealed(json, files), MANIFEST);
        Path root = directory();
        for (PackedPart part : manifest.parts()) {
            Path path = root.resolve(part.name());
            if (!root.equals(path.getParent()) || !root.equals(path.normalize().getParent())) {
                throw new AssertionError("a part outside of its directory: " + part.name());
            }
            byte[] content = files.get(part.name());
            if (content == null) {
                Files.deleteIfExists(path);
            } else {
                Files.write(path, content);
            }
        }
        read(root, manifest);
    }

    private static void read(Path root, PackedManifest manifest) {
        Integer classes = manifest.classCount();
        LabelView view = classes != null && classes > 1 ? LabelView.oneHot(classes) : LabelView.asIs();
        try (PackedDataset data = PackedDataset.open(root, manifest, 255, view)) {
            data.verify();
            manifest.sha256OfContents();
            manifest.marks(SamplePart.TEST);
            int count = Math.min(data.sampleCount(), 8);
            if ((long) count * (data.featureShape().size() + data.labelWidth()) > MOST_VALUES) {
                return;
            }
            MiniBatch batch = new MiniBatch(count, data.featureShape().size(), data.labelWidth());
            int[] indices = new int[count];
            for (int i = 0; i < count; i++) {
                indices[i] = i % 2 == 0 ? i : data.sampleCount() - 1 - i;
                data.label(indices[i]);
                data.mark(indices[i]);
                data.weight(indices[i]);
            }
            data.read(indices, 0, count, batch);
            batch.features();
        }
    }

    /** Gives every part whose checksum is left open its own, and the part too. */
    private static String sealed(String json, Map<String, byte[]> files) {
        try {
            JsonNode tree = JSON.readTree(json);
            for (JsonNode part : tree.path("parts")) {
                byte[] content = files.get(part.path("name").asText());
                if (content != null
                        && content.length >= Sha256.BYTES
                        && part.path("sha256").asText().equals("@")) {
                    byte[] digest = Sha256.digest().digest(Arrays.copyOf(content, content.length - Sha256.BYTES));
                    System.arraycopy(digest, 0, content, content.length - Sha256.BYTES, Sha256.BYTES);
                    ((ObjectNode) part).put("sha256", java.util.HexFormat.of().formatHex(digest));
                }
            }
            return tree.isMissingNode() ? json : tree.toString();
        } catch (IOException e) {
            return json;
        }
    }

    /** In memory where the machine has such a place: every input is some files. */
    private synchronized Path directory() throws IOException {
        Path known = directory;
        if (known == null) {
            known = Files.createTempDirectory("lockstep-fuzz");
            known.toFile().deleteOnExit();
            directory = known;
        }
        return known;
    }

    @Override
    public List<String> words() {
        return List.of("\"@\"", "null", "\"U8\"", "\"F32\"", "\"I32\"", "../b", "LOCKPACK");
    }
}
