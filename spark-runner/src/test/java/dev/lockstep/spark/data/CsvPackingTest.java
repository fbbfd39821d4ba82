package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** CSV files through Spark into packed parts: the same rows in the same order, and every mistake with file and line. */
@Tag("spark")
class CsvPackingTest {
    private static final long SEED = 20_240_611;
    private static final String SPLIT_BYTES = "spark.sql.files.maxPartitionBytes";

    @RegisterExtension
    static final LocalSpark SPARK = new LocalSpark();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @AfterEach
    void wholeFiles() {
        SPARK.session().conf().unset(SPLIT_BYTES);
    }

    private static CsvData csv(Path train, @Nullable Path test, String label, List<String> ignore, boolean header) {
        return CsvTables.plain(train, test, label, ignore, header, ",");
    }

    private static CsvData csv(Path train) {
        return csv(train, null, "y", List.of(), true);
    }

    private org.apache.hadoop.fs.Path target() {
        return new org.apache.hadoop.fs.Path(folder.resolve("packed").toUri());
    }

    private PackedManifest manifest(CsvData data) {
        return PreparedData.prepare(SPARK.context(), data, target(), 2).train();
    }

    private List<List<Float>> rows(CsvData data) {
        return PackedCopy.rows(target(), DatasetRole.TRAIN, manifest(data));
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream stream = new GZIPOutputStream(bytes)) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private LockstepException refusal(CsvData data, ExitCode code) {
        LockstepException[] caught = new LockstepException[1];
        assertThatThrownBy(() -> manifest(data))
                .isInstanceOfSatisfying(LockstepException.class, failure -> caught[0] = failure);
        assertThat(caught[0].exitCode()).as("%s", caught[0].getMessage()).isEqualTo(code);
        return caught[0];
    }

    /** Random rows in several files of different sizes, an empty one and a gzip one among them; header "a,b,y". */
    private List<List<Float>> manyFiles() throws IOException {
        Random random = new Random(SEED);
        List<List<Float>> expected = new ArrayList<>();
        int[] sizes = {3, 400, 0, 57, 211};
        for (int file = 0; file < sizes.length; file++) {
            StringBuilder text = new StringBuilder("a,b,y\n");
            for (int row = 0; row < sizes[file]; row++) {
                float a = random.nextFloat() * 100;
                float b = random.nextInt(1000) - 500f;
                int label = random.nextInt(4);
                expected.add(List.of(a, b, (float) label));
                text.append(a).append(',').append(b).append(',').append(label).append('\n');
            }
            if (file == 3) {
                Files.write(folder.resolve("in/part-3.csv.gz"), gzip(text.toString()));
            } else {
                write("in/part-" + file + ".csv", text.toString());
            }
        }
        write("in/part-2b.csv", "");
        write("in/_SUCCESS", "");
        return expected;
    }

    @Test
    void rowsKeepTheOrderOfFilesAndLinesHoweverTheyAreSplit() throws IOException {
        List<List<Float>> expected = manyFiles();
        assertThat(rows(csv(folder.resolve("in")))).as("seed %d", SEED).isEqualTo(expected);
        for (String splitBytes : List.of("300", "2000")) {
            SPARK.session().conf().set(SPLIT_BYTES, splitBytes);
            Files.setLastModifiedTime(
                    folder.resolve("in/part-0.csv"), FileTime.fromMillis(1_000_000L * Integer.parseInt(splitBytes)));
            PackedManifest manifest = manifest(csv(folder.resolve("in/*")));
            assertThat(manifest.parts()).hasSizeGreaterThan(4);
            assertThat(PackedCopy.rows(target(), DatasetRole.TRAIN, manifest))
                    .as("splits of %s bytes", splitBytes)
                    .isEqualTo(expected);
        }
    }

    @Test
    void readsWithoutHeaderOtherDelimitersQuotesAndIgnoredColumns() throws IOException {
        Path file = write("in.csv", "x;\"1,5\";\"2\";0\n\n y ;3e-1; -4 ;1\n");
        CsvData data = CsvTables.plain(file, null, "3", List.of("0", "1"), false, ";");
        PackedManifest manifest = manifest(data);
        assertThat(manifest.classCounts()).containsExactly(1L, 1L);
        assertThat(PackedCopy.rows(target(), DatasetRole.TRAIN, manifest))
                .containsExactly(List.of(2f, 0f), List.of(-4f, 1f));
    }

    @Test
    void labelsAreClassesOnlyWhereAllAreWholeNumbersFromZero() throws IOException {
        assertThat(manifest(csv(write("a.csv", "x,y\n1,0\n2,2\n3,2\n"))).classCounts())
                .containsExactly(1L, 0L, 2L);
        assertThat(manifest(csv(write("b.csv", "x,y\n1,0\n2,2.5\n"))).classCounts())
                .isNull();
        assertThat(manifest(csv(write("c.csv", "x,y\n1,-1\n2,1\n"))).classCounts())
                .isNull();
        assertThat(rows(csv(write("d.csv", "x,y\n1,-1.25\n2,10000\n"))))
                .containsExactly(List.of(1f, -1.25f), List.of(2f, 10000f));
    }

    @Test
    void aTestSetIsPackedBesideAndItsWidthMustAgree() throws IOException {
        Path train = write("train.csv", "a,b,y\n1,2,0\n3,4,1\n");
        PreparedData data = PreparedData.prepare(
                SPARK.context(), csv(train, write("test.csv", "a,b,y\n5,6,1\n"), "y", List.of(), true), target(), 2);
        assertThat(PackedCopy.rows(target(), DatasetRole.TEST, Objects.requireNonNull(data.test())))
                .containsExactly(List.of(5f, 6f, 1f));
        Path narrow = write("narrow.csv", "a,y\n5,1\n");
        LockstepException refused = refusal(csv(train, narrow, "y", List.of(), true), ExitCode.USAGE);
        assertThat(refused).hasMessageContainingAll("no column \"b\"", "narrow.csv", "one of a, y");
    }

    @Test
    void packedDataIsReusedUntilTheSourceOrTheCopyChanges() throws IOException {
        Path source = write("in.csv", "x,y\n1,0\n2,1\n");
        manifest(csv(source));
        Path part = folder.resolve("packed/train/part-00000.packed");
        Object firstKey = key(part);
        manifest(csv(source));
        assertThat(key(part)).as("not written again").isEqualTo(firstKey);

        byte[] damaged = Files.readAllBytes(part);
        damaged[damaged.length / 2] ^= 1;
        Files.write(part, damaged);
        assertThat(rows(csv(source))).containsExactly(List.of(1f, 0f), List.of(2f, 1f));
        Files.delete(part);
        assertThat(rows(csv(source))).hasSize(2);

        write("in.csv", "x,y\n1,0\n2,1\n3,1\n");
        assertThat(rows(csv(source))).hasSize(3);
    }

    @Test
    void aRunThatGoesOnRefusesOtherSamplesThanItBeganWith() throws IOException {
        Path source = write("in.csv", "x,y\n1,0\n2,1\n");
        PreparedData.prepare(SPARK.context(), csv(source), 0, target(), 2, true);
        assertThat(PreparedData.prepare(SPARK.context(), csv(source), 0, target(), 2, false)
                        .train()
                        .totalSamples())
                .isEqualTo(2);

        write("in.csv", "x,y\n1,0\n2,1\n3,1\n");
        assertThatThrownBy(() -> PreparedData.prepare(SPARK.context(), csv(source), 0, target(), 2, false))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContainingAll("have changed since the run began", "in.csv", "--fresh");
    }

    private static Object key(Path file) throws IOException {
        return Arrays.asList(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey(), Files.getLastModifiedTime(file));
    }

    @Test
    void badRowsAreToldWithFileAndLine() throws IOException {
        Path file =
                write("in/train.csv", "age,x7,y\n1,2,0\n\n1,2\n\"n/a\",1,0\n1,NaN,1\n1,,1\n3,4,5,6\n12d,1,0\n5,6,1\n");
        write("in/a-good.csv", "age,x7,y\n1,2,0\n");
        assertThat(refusal(csv(folder.resolve("in")), ExitCode.DATA))
                .hasMessage(
                        """
                        6 rows cannot be used:
                          FILE line 4: 2 columns, expected 3
                          FILE line 5: column "age": "n/a" is not a number
                          FILE line 6: column "x7": NaN is not a finite number
                          FILE line 7: column "x7": empty, expected a number
                          FILE line 8: 4 columns, expected 3
                        mend or remove them, leave a column out by data.ignore, or fill what is missing by \
                        data.preprocessing: [fill_missing] (data.null_value says how it is written)"""
                                .replace("FILE", new org.apache.hadoop.fs.Path(file.toUri()).toString()));
    }

    @Test
    void badRowsOfGzipFilesAreToldWithTheirLineToo() throws IOException {
        Path file = Files.write(folder.resolve("in.csv.gz"), gzip("x,y\n1,0\nfoo,1\n"));
        assertThat(refusal(csv(file), ExitCode.DATA))
                .hasMessageContaining("in.csv.gz line 3: column \"x\": \"foo\" is not a number");
    }

    @Test
    void aTruncatedGzipFileIsNamedAndNotTriedAgain() throws IOException {
        StringBuilder text = new StringBuilder("x,y\n");
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            text.append(random.nextInt()).append(",1\n");
        }
        byte[] whole = gzip(text.toString());
        Path file = Files.write(folder.resolve("in.csv.gz"), Arrays.copyOf(whole, whole.length / 2));
        assertThat(refusal(csv(file), ExitCode.DATA)).hasMessageContainingAll("in.csv.gz", "damaged or cut off");
    }

    @Test
    void missingAndEmptyInputIsTold() throws IOException {
        assertThat(refusal(csv(folder.resolve("nowhere.csv")), ExitCode.DATA))
                .hasMessageContainingAll("input path not found", "nowhere.csv", "matched no files");
        Files.createDirectory(folder.resolve("empty"));
        assertThat(refusal(csv(folder.resolve("empty")), ExitCode.DATA)).hasMessageContaining("matched no files");
        write("blank/a.csv", "");
        assertThat(refusal(csv(folder.resolve("blank")), ExitCode.DATA))
                .hasMessageContainingAll("no rows in", "matched 1 files");
        write("headers/a.csv", "x,y\n");
        assertThat(refusal(csv(folder.resolve("headers")), ExitCode.DATA))
                .hasMessageContainingAll("no rows in", "matched 1 files");
    }

    @Test
    void columnsThatDoNotFitAreTold() throws IOException {
        Path file = write("in/a.csv", "x,z,y\n1,2,0\n");
        assertThat(refusal(csv(file, null, "target", List.of(), true), ExitCode.USAGE))
                .hasMessageContainingAll("data.label", "no column \"target\"", "expected one of x, z, y");
        assertThat(refusal(csv(file, null, "9", List.of(), false), ExitCode.USAGE))
                .hasMessageContaining("a number from 0 to 2");
        assertThat(refusal(csv(file, null, "y", List.of("x", "z"), true), ExitCode.DATA))
                .hasMessageContaining("no feature columns are left");
        write("in/b.csv", "z,x,y\n1,2,0\n");
        assertThat(refusal(csv(folder.resolve("in")), ExitCode.DATA))
                .hasMessageContainingAll("b.csv line 1", "(z, x, y)", "(x, z, y) in the same order");
        assertThat(refusal(csv(write("twice.csv", "x,X,y\n1,2,0\n")), ExitCode.DATA))
                .hasMessageContaining("names column \"X\" twice");
    }
}
