package dev.lockstep.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.fuzz.FuzzFiles;
import dev.lockstep.core.fuzz.FuzzOracle;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of samples that promise more than they have, are sealed but wrong, or are cut off while they are used. */
class HostileDataTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static byte[] idx(int... dimensions) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * dimensions.length + 16);
        file.putInt(0x800 | dimensions.length);
        for (int dimension : dimensions) {
            file.putInt(dimension);
        }
        return file.array();
    }

    private static void assertIdxRefusedCheaply(byte[] images, byte[] labels) throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("images", images);
        files.put("labels", labels);
        IdxFuzzTarget target = new IdxFuzzTarget();
        FuzzOracle.warmUp(target);
        assertThat(FuzzOracle.check(target, FuzzFiles.joined(files))).isInstanceOf(LockstepException.class);
    }

    @Test
    void anIdxHeaderThatPromisesMuchCostsLittle() throws Exception {
        assertIdxRefusedCheaply(idx(1, 2, 2), idx(Integer.MAX_VALUE));
        assertIdxRefusedCheaply(idx(Integer.MAX_VALUE, 40_000, 40_000), idx(Integer.MAX_VALUE));
        assertIdxRefusedCheaply(idx(16, 40_000, 40_000), idx(16));
        assertIdxRefusedCheaply(idx(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), idx(1));
    }

    /** 2 classes; the labels are 0, 1, 1. */
    private PackedManifest pack(String name, int samples, int features) throws IOException {
        PackedHeader header = new PackedHeader(0, samples, Shape.of(features), ElementType.U8, 1, ElementType.U8);
        try (PackedWriter writer = new PackedWriter(Files.newOutputStream(directory.resolve(name)), header)) {
            byte[] row = new byte[features];
            for (int i = 0; i < samples; i++) {
                writer.writeFeatures(row, 0, features);
                writer.writeLabels(new byte[] {(byte) Math.min(i, 1)}, 0, 1);
            }
            return PackedManifest.of(header, List.of(1L, samples - 1L), "a test", List.of(writer.finish(name)));
        }
    }

    private static void assertRefused(ThrowableAssert.ThrowingCallable action, String message) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.DATA))
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 70_000, 1_000_000})
    void aPartThatIsCutOffWhileItIsInUseIsToldByItsName(long left) throws IOException {
        PackedManifest manifest = pack("part", 3, 1_000_000);
        PackedDataset data = PackedDataset.open(directory, manifest, 1, LabelView.asIs());
        MiniBatch batch = new MiniBatch(3, 1_000_000, 1);
        data.read(new int[] {0, 1, 2}, 0, 3, batch);
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("part").toFile(), "rw")) {
            file.setLength(left);
        }
        assertRefused(() -> data.read(new int[] {0, 1, 2}, 0, 3, batch), "part has changed while it was in use");
        assertRefused(data::verify, "it has " + left + " bytes, it had 3000099");
        data.close();
    }

    @Test
    void aFewBytesLessAreNoticedThoughTheirPageIsThere() throws IOException {
        PackedManifest manifest = pack("part", 3, 10);
        try (PackedDataset data = PackedDataset.open(directory, manifest, 1, LabelView.asIs());
                RandomAccessFile file =
                        new RandomAccessFile(directory.resolve("part").toFile(), "rw")) {
            file.setLength(file.length() - 1);
            MiniBatch batch = new MiniBatch(3, 10, 1);
            assertRefused(() -> data.read(new int[] {0, 1, 2}, 0, 3, batch), "has changed while it was in use");
        }
    }

    @Test
    void aLabelThatIsNoClassOfTheManifestIsRefused() throws IOException {
        PackedManifest honest = pack("part", 3, 1);
        PackedManifest lying = PackedManifest.of(
                new PackedHeader(0, 3, Shape.of(1), ElementType.U8, 1, ElementType.U8),
                List.of(3L),
                "a test",
                honest.parts());
        for (LabelView view : List.of(LabelView.asIs(), LabelView.oneHot(2))) {
            PackedManifest manifest = view.isOneHot() ? honest : lying;
            try (PackedDataset data = PackedDataset.open(directory, manifest, 1, view)) {
                MiniBatch batch = new MiniBatch(3, 1, data.labelWidth());
                if (view.isOneHot()) {
                    data.read(new int[] {0, 1, 2}, 0, 3, batch);
                } else {
                    assertRefused(() -> data.read(new int[] {0, 1, 2}, 0, 3, batch), "holds the label 1.0 in row 1");
                }
            }
        }
    }

    @Test
    void aManifestThatSaysSomethingTwiceIsRefused() throws IOException {
        String json = pack("part", 3, 1).toJson();
        assertRefused(() -> PackedManifest.fromJson(json.replaceFirst("\\{", "{\"parts\": [],"), "x"), "Duplicate");
        assertRefused(() -> PackedManifest.fromJson(json + "{}", "x"), "x is no manifest");
        assertRefused(() -> PackedManifest.fromJson("null", "x"), "x is no manifest");
        assertRefused(() -> PackedManifest.fromJson("", "x"), "x is no manifest");
    }

    @Test
    void samplesThatCannotBeCountedAreRefused() {
        assertThatThrownBy(() -> new PackedHeader(
                        0, Integer.MAX_VALUE, Shape.of(Integer.MAX_VALUE), ElementType.F32, 1, ElementType.U8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("are more than can be counted");
        assertThatThrownBy(() -> new PackedHeader(0, 1, Shape.of(65_536, 65_536), ElementType.U8, 1, ElementType.U8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("are more than can be counted");
    }
}
