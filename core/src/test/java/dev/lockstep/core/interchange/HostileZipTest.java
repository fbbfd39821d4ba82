package dev.lockstep.core.interchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Zips that were made to do harm, and damaged ones: each is refused with its entry and the reason. */
class HostileZipTest {
    private static final String DENSE =
            """
            {"confs": [{"layer": {"@class": "org.deeplearning4j.nn.conf.layers.OutputLayer", "nin": 2, "nout": 1,
            "activationFn": {"@class": "org.nd4j.linalg.activations.impl.ActivationIdentity"},
            "lossFn": {"@class": "org.nd4j.linalg.lossfunctions.impl.LossMSE"}}}]}""";

    private static byte[] array(long promised, float... values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeUTF("LONG_SHAPE");
            out.writeLong(8);
            out.writeUTF("LONG");
            for (long number : new long[] {2, 1, promised, 1, 1, 0, 1, 'c'}) {
                out.writeLong(number);
            }
            out.writeUTF("LONG_SHAPE");
            out.writeLong(promised);
            out.writeUTF("FLOAT");
            for (float value : values) {
                out.writeFloat(value);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Map<String, byte[]> entries(String configuration, byte[] coefficients) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("configuration.json", configuration.getBytes(StandardCharsets.UTF_8));
        entries.put("coefficients.bin", coefficients);
        return entries;
    }

    private static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static ImportedModel read(byte[] zip) throws IOException {
        return Dl4jImport.read(new ByteArrayInputStream(zip), "test", null);
    }

    private static void assertRefused(Map<String, byte[]> entries, String... parts) {
        assertThatThrownBy(() -> read(zip(entries)))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.MODEL))
                .hasMessageContainingAll(parts);
    }

    @Test
    void theHarmlessOneIsRead() throws IOException {
        ImportedModel model = read(zip(entries(DENSE, array(3, 1, 2, 3))));
        assertThat(model.parameters()).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource({
        "../../x, refused",
        "/etc/passwd, refused",
        "preprocessor.bin, uses Java serialization: refused",
        "updater.bin, uses Java serialization: refused",
        "normalizer.bin, normalizer of the data",
        "a.class, refused"
    })
    void otherEntriesAreRefusedByName(String name, String reason) {
        Map<String, byte[]> entries = entries(DENSE, array(3, 1, 2, 3));
        entries.put(name, new byte[10]);
        assertRefused(entries, "entry", name, reason);
    }

    @Test
    void anExpansionBeyondTheLimitIsCutOff() {
        byte[] zip = zip(Map.of("updaterState.bin", new byte[1 << 20]));
        assertThatThrownBy(() -> ModelZip.read(new ByteArrayInputStream(zip), new ModelZip.Limits(1 << 10, 1 << 16)))
                .hasMessageContaining("expands to more than the limit of 65536 bytes");
        byte[] json = zip(Map.of("configuration.json", new byte[1 << 12]));
        assertThatThrownBy(() -> ModelZip.read(new ByteArrayInputStream(json), new ModelZip.Limits(1 << 10, 1 << 16)))
                .hasMessageContaining("configuration.json expands to more than the limit of 1024 bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 500_000_000, Integer.MAX_VALUE, Long.MAX_VALUE, -1})
    void anArrayThatPromisesMoreThanItHasIsRefusedBeforeThereIsRoomForIt(long promised) {
        assertRefused(entries(DENSE, array(promised, 1, 2, 3)), "coefficients.bin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "org.deeplearning4j.nn.conf.layers.OutputLayer|com.evil.Gadget|layer 0: Gadget",
                "org.nd4j.linalg.activations.impl.ActivationIdentity|com.evil.Gadget|activation Gadget",
                "\"nin\": 2|\"nin\": 2000000000|needs 2000000000 more values",
                "\"nin\": 2|\"nin\": -2|nin",
                "{\"confs\"|{\"vertices\": 1, \"confs\"|ComputationGraph",
                "{\"confs\"|{\"confs\": 1, \"confs\"|Duplicate",
                "{\"confs\"|[\"confs\"|one JSON object",
            })
    void anotherConfigurationIsRefused(String from, String to, String reason) {
        assertRefused(entries(DENSE.replace(from, to), array(3, 1, 2, 3)), reason);
    }

    @Test
    void moreOrOtherValuesThanTheLayersHaveAreRefused() {
        assertRefused(entries(DENSE, array(4, 1, 2, 3, 4)), "coefficients.bin has 4 values, the layers 3");
        assertRefused(entries(DENSE, array(3, 1, Float.NaN, 3)), "layer \"dense\" kernel: holds NaN");
        assertRefused(Map.of("configuration.json", new byte[0]), "no entry coefficients.bin");
    }

    /** Whatever is damaged: a refusal, or a model, and never another exception. */
    @Test
    void damagedBytesAreRefusedOrRead() {
        byte[] whole = zip(entries(DENSE, array(3, 1, 2, 3)));
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = whole.clone();
            for (int change = 0; change <= i % 3; change++) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                read(damaged);
            } catch (LockstepException | IOException refused) {
                continue;
            }
        }
    }
}
