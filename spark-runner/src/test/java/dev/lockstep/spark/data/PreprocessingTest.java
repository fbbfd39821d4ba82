package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.table.FittedStep;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every preprocessing step against figures computed by hand, fitted to the training part alone. */
@Tag("spark")
class PreprocessingTest {
    private static final Offset<Float> CLOSE = Offset.offset(1e-6f);

    @RegisterExtension
    static final LocalSpark SPARK = new LocalSpark();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private PackedTable pack(String yaml) {
        return PackedTable.pack(SPARK.context(), folder.resolve("packed"), yaml);
    }

    private String refusal(String yaml, ExitCode code) {
        var refused = PackedTable.refusal(SPARK.context(), folder.resolve("refused"), yaml);
        assertThat(refused.exitCode()).as("%s", refused.getMessage()).isEqualTo(code);
        return String.valueOf(refused.getMessage());
    }

    private static String csv(Path train, String preprocessing) {
        return "{format: csv, train: %s, label: y, null_value: '?', preprocessing: [%s]}"
                .formatted(train, preprocessing);
    }

    private static void assertColumn(PackedTable table, int column, double... expected) {
        List<List<Float>> rows = table.rows();
        assertThat(rows).hasSize(expected.length);
        for (int row = 0; row < expected.length; row++) {
            assertThat(rows.get(row).get(column))
                    .as("row %d, column %d", row, column)
                    .isCloseTo((float) expected[row], CLOSE);
        }
    }

    @Test
    void standardisesByThePopulationsDeviation() throws IOException {
        PackedTable table = pack(csv(write("in.csv", "a,b,c,y\n1,5,7,0\n2,5,8,1\n6,5,9,1\n"), "standardise"));
        double deviation = Math.sqrt((4 + 1 + 9) / 3.0);
        assertColumn(table, 0, -2 / deviation, -1 / deviation, 3 / deviation);
        assertColumn(table, 1, 0, 0, 0);
        assertColumn(table, 2, -Math.sqrt(1.5), 0, Math.sqrt(1.5));
        assertColumn(table, 3, 0, 1, 1);
    }

    @Test
    void leavesOtherColumnsAsTheyAre() throws IOException {
        Path file = write("in.csv", "a,b,c,y\n1,0.1,-7,0\n2,0.2,8e10,1\n6,0.3,9,1\n");
        PackedTable table = pack(
                csv(file, "standardise: {columns: a}, min_max: {columns: [b]}, scale: {divisor: 4, columns: [a]}"));
        double deviation = Math.sqrt(14 / 3.0);
        assertColumn(table, 0, -0.5 / deviation, -0.25 / deviation, 0.75 / deviation);
        assertColumn(table, 1, 0, 0.5, 1);
        assertColumn(table, 2, -7, 8e10f, 9);
    }

    @Test
    void fillsWhatIsMissing() throws IOException {
        Path file = write("in.csv", "a,b,c,d,y\n1,1,4,,0\n?,,4,1,1\n2,3,,2,1\n6,9,5,?,0\nNaN,2,4,3,1\n");
        PackedTable table = pack(csv(
                file,
                "fill_missing: {columns: a}, fill_missing: {columns: b, strategy: median}, fill_missing: {columns: c,"
                        + " strategy: most_frequent}, fill_missing: {columns: d, strategy: zero}"));
        assertColumn(table, 0, 1, 3, 2, 6, 3);
        assertColumn(table, 1, 1, 2, 3, 9, 2);
        assertColumn(table, 2, 4, 4, 4, 5, 4);
        assertColumn(table, 3, 0, 1, 2, 0, 3);
    }

    @Test
    void categoriesBecomeColumnsInAlphabeticalOrder() throws IOException {
        Path file = write("in.csv", "kind,a,size,y\nb,1,2,0\na,2,10,1\n?,3,2,1\nb,4,2,0\n");
        PackedTable table = pack(
                csv(file, "fill_missing: {strategy: most_frequent}, one_hot: {columns: [size, kind]}, min_max: {}"));
        assertThat(table.rows())
                .containsExactly(
                        List.of(0f, 1f, 0f, 0f, 1f, 0f),
                        List.of(1f, 0f, 1 / 3f, 1f, 0f, 1f),
                        List.of(0f, 1f, 2 / 3f, 0f, 1f, 1f),
                        List.of(0f, 1f, 1f, 0f, 1f, 0f));
        assertThat(table.train().shapeOfFeatures().size()).isEqualTo(5);
    }

    @Test
    void missingCellsNeedAStepThatFillsThem() throws IOException {
        Path file = write("in.csv", "a,kind,y\n?,u,0\n2,,1\n");
        assertThat(refusal(csv(file, "one_hot: {columns: kind}"), ExitCode.DATA))
                .contains(
                        "2 rows cannot be used",
                        "in.csv line 2: column \"a\": empty, expected a number",
                        "in.csv line 3: column \"kind\": empty, expected a category",
                        "fill_missing");
    }

    @Test
    void stepsThatDoNotFitTheTableAreRefused() throws IOException {
        Path file = write("in.csv", "a,kind,y\n1,u,0\n2,v,1\n");
        assertThat(refusal(csv(file, "standardise: {columns: [b]}"), ExitCode.USAGE))
                .isEqualTo("data.preprocessing.0.standardise.columns: no column of features \"b\"; expected one of a,"
                        + " kind");
        assertThat(refusal(csv(file, "one_hot: {columns: kind}, min_max: {columns: kind}"), ExitCode.USAGE))
                .isEqualTo("data.preprocessing.1.min_max.columns: the column \"kind\" is one-hot encoded; leave it out"
                        + " of this step");
        assertThat(refusal(csv(file, "one_hot: {columns: kind}, one_hot: {columns: kind}"), ExitCode.USAGE))
                .contains("\"kind\" is in two steps of the same kind");
        Path empty = write("empty.csv", "a,b,y\n1,,0\n2,,1\n");
        assertThat(refusal(csv(empty, "fill_missing"), ExitCode.DATA))
                .contains("the column \"b\" has no values in the training part");
    }

    @Test
    void figuresComeFromTheTrainingPartAlone() throws IOException {
        StringBuilder wild = new StringBuilder("a,b,kind,y\n");
        StringBuilder tame = new StringBuilder("a,b,kind,y\n");
        for (int i = 0; i < 20; i++) {
            String row = i + "," + (i % 3 == 0 ? "?" : i % 7) + ",k" + i % 2 + ',' + i % 2 + '\n';
            tame.append(row);
            wild.append(i < 15 ? row : "1e30,-5e20,unheard" + i + "," + i % 2 + '\n');
        }
        String steps = "fill_missing: {}, one_hot: {columns: kind, unknown: ignore}, standardise: {columns: a},"
                + " min_max: {columns: b}";
        String split = ", validation: {split: 0.25, method: sequential}}";
        PackedTable first = pack(csv(write("tame.csv", tame.toString()), steps).replaceFirst("}$", split));
        PackedTable second = pack(csv(write("wild.csv", wild.toString()), steps).replaceFirst("}$", split));
        List<FittedStep> figures = Objects.requireNonNull(first.train().table()).steps();
        assertThat(Objects.requireNonNull(second.train().table()).steps()).isEqualTo(figures);
        assertThat(figures).hasSize(4);
        FittedStep.Standardise standardised = (FittedStep.Standardise) figures.get(2);
        assertThat(standardised.means()).containsExactly(7.0);
        assertThat(standardised.deviations().get(0)).isCloseTo(Math.sqrt(224 / 12.0), Offset.offset(1e-12));
        assertThat(second.rows().get(19).get(2)).as("no category of its own").isZero();
        assertThat(second.rows().get(19).get(3)).isZero();

        String refused = refusal(
                csv(folder.resolve("wild.csv"), steps.replace("ignore", "error"))
                        .replaceFirst("}$", split),
                ExitCode.DATA);
        assertThat(refused)
                .contains("5 rows cannot be used", "wild.csv line 17: column \"kind\": \"unheard15\" is no category");
    }

    @Test
    void testSamplesAreReadByTheFiguresOfTheTrainingSamples() throws IOException {
        Path train = write("train.csv", "a,kind,y\n0,u,no\n10,v,yes\n");
        Path test = write("test.csv", "y,kind,a\nyes,u,?\nno,v,20\n");
        PackedTable table = pack(csv(train, "fill_missing: {}, min_max: {}, one_hot: {columns: kind}")
                .replace("null_value", "test: " + test + ", null_value"));
        assertThat(table.testRows()).containsExactly(List.of(0.5f, 1f, 0f, 1f), List.of(2f, 0f, 1f, 0f));
        PackedManifest manifest = Objects.requireNonNull(table.data().test());
        assertThat(manifest.table()).isEqualTo(table.train().table());
        assertThat(PackedManifest.fromJson(table.train().toJson(), "manifest")).isEqualTo(table.train());
    }

    @Test
    void anotherStepMeansOtherSamples() throws IOException {
        Path file = write("in.csv", "a,y\n0,0\n10,1\n");
        assertThat(pack(csv(file, "min_max: {}")).rows()).containsExactly(List.of(0f, 0f), List.of(1f, 1f));
        assertThat(pack(csv(file, "scale: {divisor: 5}")).rows()).containsExactly(List.of(0f, 0f), List.of(2f, 1f));
    }
}
