package dev.lockstep.core.interchange;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Reads DL4J's zip of a model within limits: entries of known names alone, each once, few and not larger than believed.
 * Nothing is written to disk and nothing is deserialised.
 */
final class ModelZip {
    static final String CONFIGURATION = "configuration.json";
    static final String COEFFICIENTS = "coefficients.bin";

    private static final String UPDATER_STATE = "updaterState.bin";
    private static final String NO_PARAMETERS = "noParams.marker";
    private static final Set<String> JAVA_SERIALISED = Set.of("preprocessor.bin", "updater.bin");
    private static final Map<String, String> NOT_READ = Map.of(
            "normalizer.bin",
            "holds a normalizer of the data, without which the model predicts something else; save the model without it"
                    + " and scale the data in the job",
            NO_PARAMETERS,
            "marks a model without parameters");
    private static final int MOST_ENTRIES = 16;
    private static final int CHUNK_BYTES = 1 << 16;

    /**
     * How much is believed.
     *
     * @param configurationBytes of the JSON
     * @param totalBytes of all entries, expanded
     */
    record Limits(int configurationBytes, long totalBytes) {
        static final Limits USUAL = new Limits(16 << 20, 2L << 30);
    }

    private final Limits limits;
    private final Set<String> seen = new HashSet<>();
    private byte[] configuration = {};
    private float[] coefficients = {};
    private boolean hasUpdaterState;
    private long total;

    private ModelZip(Limits limits) {
        this.limits = limits;
    }

    /** Reads a zip. */
    static ModelZip read(InputStream in, Limits limits) throws IOException {
        ModelZip archive = new ModelZip(limits);
        ZipInputStream zip = new ZipInputStream(in);
        try {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                archive.take(entry.getName(), zip);
            }
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw new Refusal("not a whole zip: " + e.getMessage(), e);
        }
        for (String needed : new String[] {CONFIGURATION, COEFFICIENTS}) {
            if (!archive.seen.contains(needed)) {
                throw new Refusal("no entry " + needed + "; expected a zip of DL4J's ModelSerializer");
            }
        }
        return archive;
    }

    private void take(String name, ZipInputStream zip) throws IOException {
        String shown = name.replaceAll("[^\\x20-\\x7e]", "?");
        if (JAVA_SERIALISED.contains(name)) {
            throw new Refusal("entry " + name + " uses Java serialization: refused");
        }
        if (NOT_READ.containsKey(name)) {
            throw new Refusal("entry " + name + " refused: it " + NOT_READ.get(name));
        }
        boolean isKnown = Set.of(CONFIGURATION, COEFFICIENTS, UPDATER_STATE).contains(name);
        if (!isKnown) {
            throw new Refusal("entry \"" + shown + "\" refused: expected only " + CONFIGURATION + ", " + COEFFICIENTS
                    + " and " + UPDATER_STATE);
        }
        if (!seen.add(name) || seen.size() > MOST_ENTRIES) {
            throw new Refusal("entry \"" + shown + "\" refused: it is there twice");
        }
        Bounded contents = new Bounded(zip);
        switch (name) {
            case CONFIGURATION -> configuration = contents.all(limits.configurationBytes());
            case COEFFICIENTS -> coefficients =
                    Nd4jArray.vector(new BufferedInputStream(contents, CHUNK_BYTES), name, (int)
                            Math.min(Integer.MAX_VALUE - 8, limits.totalBytes() / Float.BYTES));
            default -> {
                hasUpdaterState = true;
                contents.skipAll();
            }
        }
    }

    /** Counts what all entries expand to. */
    private final class Bounded extends InputStream {
        private final InputStream in;

        Bounded(InputStream in) {
            this.in = in;
        }

        private int counted(int bytes) {
            total += Math.max(0, bytes);
            if (total > limits.totalBytes()) {
                throw new Refusal("the zip expands to more than the limit of " + limits.totalBytes() + " bytes");
            }
            return bytes;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            counted(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return counted(in.read(target, offset, length));
        }

        byte[] all(int most) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int count = read(chunk, 0, CHUNK_BYTES); count >= 0; count = read(chunk, 0, CHUNK_BYTES)) {
                bytes.write(chunk, 0, count);
                if (bytes.size() > most) {
                    throw new Refusal(
                            "entry " + CONFIGURATION + " expands to more than the limit of " + most + " bytes");
                }
            }
            return bytes.toByteArray();
        }

        void skipAll() throws IOException {
            byte[] chunk = new byte[CHUNK_BYTES];
            int count = 0;
            while (count >= 0) {
                count = read(chunk, 0, CHUNK_BYTES);
            }
        }
    }

    /** The JSON of the network. */
    byte[] configuration() {
        return configuration;
    }

    /** All parameters, one vector. */
    float[] coefficients() {
        return coefficients;
    }

    /** Whether the optimizer's memory is in the zip. */
    boolean hasUpdaterState() {
        return hasUpdaterState;
    }
}
