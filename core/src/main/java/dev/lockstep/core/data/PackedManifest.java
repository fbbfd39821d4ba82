package dev.lockstep.core.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.data.table.FittedTable;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.schema.Checks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a packed data set consists of: small enough to travel as JSON with the job.
 *
 * @param formatVersion version of this description
 * @param featureShape dimensions of one sample
 * @param featureType of the stored features, before scaling
 * @param labelWidth label values a sample
 * @param labelType of the stored labels
 * @param classCount how many classes there are, or null for targets that are no classes
 * @param classCounts samples of each class, or null with classCount
 * @param sourceFingerprint what the data was packed from; another source has another one
 * @param parts the files, by first sample, without gap or overlap
 * @param marked whether the parts say which samples the job's conditions keep apart
 * @param weighted whether the parts hold weights
 * @param classNames names of the classes 0, 1, 2 ..., or null where they are numbers alone
 * @param table how the rows of a table were read, or null for other sources
 */
public record PackedManifest(
        int formatVersion,
        List<Integer> featureShape,
        ElementType featureType,
        int labelWidth,
        ElementType labelType,
        @Nullable Integer classCount,
        @Nullable List<Long> classCounts,
        String sourceFingerprint,
        List<PackedPart> parts,
        boolean marked,
        boolean weighted,
        @Nullable List<String> classNames,
        @Nullable FittedTable table) {
    /** The version that this class writes and reads. */
    public static final int VERSION = 2;

    private static final List<String> ADDED = List.of("class_names", "table");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    public PackedManifest {
        featureShape = new Shape(featureShape).dimensions();
        classCounts = classCounts == null ? null : List.copyOf(classCounts);
        classNames = classNames == null ? null : List.copyOf(classNames);
        parts = parts.stream()
                .sorted(Comparator.comparingInt(PackedPart::firstSample))
                .toList();
        checkContiguous(parts);
        long total = parts.stream().mapToLong(PackedPart::samples).sum();
        new Checks()
                .that("format_version", formatVersion == VERSION, VERSION + ", which this version reads", formatVersion)
                .positive("label_width", labelWidth)
                .that(
                        "class_counts",
                        (classCount == null) == (classCounts == null),
                        "with class_count",
                        String.valueOf(classCounts))
                .that(
                        "class_counts",
                        countsAgree(classCount, classCounts, total),
                        "a sum of " + total,
                        String.valueOf(classCounts))
                .that(
                        "class_names",
                        classNames == null || (classCount != null && classNames.size() >= classCount),
                        "one name for each class",
                        String.valueOf(classNames))
                .done();
        // Refuses what cannot be counted, and what is missing, for every part.
        Shape shape = new Shape(featureShape);
        for (PackedPart part : parts) {
            new PackedHeader(
                    part.firstSample(), part.samples(), shape, featureType, labelWidth, labelType, marked, weighted);
        }
    }

    /** A manifest of freshly packed parts, given in any order. */
    public static PackedManifest of(
            PackedHeader like, @Nullable List<Long> classCounts, String sourceFingerprint, List<PackedPart> parts) {
        return new PackedManifest(
                VERSION,
                like.featureShape().dimensions(),
                like.featureType(),
                like.labelWidth(),
                like.labelType(),
                classCounts == null ? null : classCounts.size(),
                classCounts,
                sourceFingerprint,
                parts,
                like.marked(),
                like.weighted(),
                null,
                null);
    }

    /** The same samples with names for their classes. */
    public PackedManifest withClassNames(List<String> names) {
        return with(names, table);
    }

    /** The same with names of its classes and, for rows of a table, how they were read. */
    public PackedManifest with(@Nullable List<String> names, @Nullable FittedTable fitted) {
        return new PackedManifest(
                formatVersion,
                featureShape,
                featureType,
                labelWidth,
                labelType,
                classCount,
                classCounts,
                sourceFingerprint,
                parts,
                marked,
                weighted,
                names,
                fitted);
    }

    private static boolean countsAgree(@Nullable Integer classCount, @Nullable List<Long> counts, long total) {
        return classCount == null
                || counts == null
                || (classCount == counts.size()
                        && counts.stream().mapToLong(Long::longValue).sum() == total);
    }

    private static void checkContiguous(List<PackedPart> parts) {
        if (parts.isEmpty()) {
            throw new LockstepException(ExitCode.DATA, "a packed data set without parts; pack the data again");
        }
        int expected = 0;
        String before = "the start";
        for (PackedPart part : parts) {
            if (part.firstSample() != expected) {
                String what = part.firstSample() > expected ? "a gap" : "an overlap";
                throw new LockstepException(
                        ExitCode.DATA,
                        "packed parts leave " + what + " between " + before + " and " + part.name()
                                + ": expected sample " + expected + ", found " + part.firstSample()
                                + "; pack the data again");
            }
            expected = part.endSample();
            before = part.name();
        }
    }

    /**
     * Reads a manifest.
     *
     * @param name for messages
     * @throws LockstepException when it is damaged, or its parts leave a gap
     */
    public static PackedManifest fromJson(String json, String name) {
        try {
            JsonNode manifest = JSON.readTree(json);
            if (manifest instanceof ObjectNode object) {
                // Versions that did not have them wrote no null either.
                ADDED.stream().filter(key -> !object.has(key)).forEach(object::putNull);
            }
            PackedManifest read = JSON.treeToValue(manifest, PackedManifest.class);
            if (read == null) {
                throw new LockstepException(ExitCode.DATA, name + " is no manifest of packed data: it is empty");
            }
            return read;
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof LockstepException cause) {
                throw cause;
            }
            throw new LockstepException(
                    ExitCode.DATA, name + " is no manifest of packed data: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * What the data that a manifest describes was packed from, whatever the version of the manifest; empty where it is
     * none.
     */
    public static Optional<String> fingerprintIn(String json) {
        try {
            return Optional.ofNullable(
                    JSON.readTree(json).path("source_fingerprint").textValue());
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Whether this version can read what the manifest describes; if not, the data has to be packed again. */
    public static boolean isReadable(String json) {
        try {
            return JSON.readTree(json).path("format_version").asInt() == VERSION;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** This manifest as indented JSON. */
    public String toJson() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest of plain values must have a JSON form", e);
        }
    }

    /** The shape of one sample. */
    public Shape shapeOfFeatures() {
        return new Shape(featureShape);
    }

    /** How many samples all parts hold together. */
    public int totalSamples() {
        return parts.get(parts.size() - 1).endSample();
    }

    /** How many samples are marked for a part. */
    public int marks(SamplePart wanted) {
        return parts.stream()
                .mapToInt(part -> switch (wanted) {
                    case TRAIN -> part.samples() - part.validationMarks() - part.testMarks();
                    case VALIDATION -> part.validationMarks();
                    case TEST -> part.testMarks();
                })
                .sum();
    }

    /** How many bytes all parts have together. */
    public long totalBytes() {
        return parts.stream().mapToLong(PackedPart::bytes).sum();
    }

    /** SHA-256 over the parts' checksums, as their hexadecimal digits, in order. */
    public String sha256OfContents() {
        MessageDigest digest = Sha256.digest();
        parts.forEach(part -> digest.update(part.sha256().getBytes(StandardCharsets.US_ASCII)));
        return Sha256.hex(digest);
    }

    /** The header that a part must have. */
    PackedHeader headerOf(PackedPart part) {
        return new PackedHeader(
                part.firstSample(),
                part.samples(),
                shapeOfFeatures(),
                featureType,
                labelWidth,
                labelType,
                marked,
                weighted);
    }
}
