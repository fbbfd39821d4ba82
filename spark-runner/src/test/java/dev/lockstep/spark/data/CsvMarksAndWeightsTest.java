package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.LabelView;
import dev.lockstep.core.data.PackedDataset;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.SamplePart;
import dev.lockstep.core.data.ValidationSpec;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is packed beside features and labels: which part conditions put a row in, and its weight. */
@Tag("spark")
class CsvMarksAndWeightsTest {
    private static final long SEED = 20_261_121;
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

    private static ValidationSpec where(@Nullable String condition) {
        return new ValidationSpec(0, ValidationSpec.Method.RANDOM, null, 1, condition);
    }

    private static CsvData csv(Path train, List<String> ignore, @Nullable String validation, @Nullable String test) {
        return csv(train, ignore, validation, test, null);
    }

    private static CsvData csv(
            Path train,
            List<String> ignore,
            @Nullable String validation,
            @Nullable String test,
            @Nullable String weights) {
        return CsvTables.apart(train, ignore, where(validation), where(test), weights);
    }

    private org.apache.hadoop.fs.Path target() {
        return new org.apache.hadoop.fs.Path(folder.resolve("packed").toUri());
    }

    private PackedManifest manifest(CsvData data) {
        return PreparedData.prepare(SPARK.context(), data, target(), 2).train();
    }

    private PackedDataset packed(CsvData data) {
        PackedDataset samples = PackedDataset.open(folder.resolve("packed/train"), manifest(data), 1, LabelView.asIs());
        samples.verify();
        return samples;
    }

    private List<SamplePart> marks(CsvData data) {
        PackedDataset samples = packed(data);
        List<SamplePart> marks = new ArrayList<>();
        for (int i = 0; i < samples.sampleCount(); i++) {
            marks.add(samples.mark(i));
        }
        return marks;
    }

    private List<Integer> marked(CsvData data, SamplePart part) {
        List<SamplePart> marks = marks(data);
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < marks.size(); i++) {
            if (marks.get(i) == part) {
                found.add(i);
            }
        }
        return found;
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private LockstepException refusal(CsvData data, ExitCode code) {
        LockstepException[] caught = new LockstepException[1];
        assertThatThrownBy(() -> manifest(data))
                .isInstanceOfSatisfying(LockstepException.class, failure -> caught[0] = failure);
        assertThat(caught[0].exitCode()).as("%s", caught[0].getMessage()).isEqualTo(code);
        return caught[0];
    }

    @Test
    void marksFollowTheRowsHoweverTheFilesAreSplit() throws IOException {
        Random random = new Random(SEED);
        List<SamplePart> expected = new ArrayList<>();
        for (int file = 0; file < 3; file++) {
            StringBuilder text = new StringBuilder("x,year,y\n");
            for (int row = 0; row < 150 + 40 * file; row++) {
                int year = 2000 + random.nextInt(30);
                expected.add(year >= 2025 ? SamplePart.TEST : year >= 2020 ? SamplePart.VALIDATION : SamplePart.TRAIN);
                text.append(random.nextFloat())
                        .append(',')
                        .append(year)
                        .append(',')
                        .append(random.nextInt(2))
                        .append('\n');
            }
            write("in/part-" + file + ".csv", text.toString());
        }
        CsvData data = csv(folder.resolve("in"), List.of("year"), "year >= 2020", "year >= 2025");
        assertThat(marks(data)).as("seed %d", SEED).isEqualTo(expected);
        PackedManifest manifest = manifest(data);
        assertThat(manifest.marks(SamplePart.TEST)).isEqualTo((int)
                expected.stream().filter(SamplePart.TEST::equals).count());
        SPARK.session().conf().set(SPLIT_BYTES, "600");
        assertThat(marks(csv(folder.resolve("in/*"), List.of("year"), "year >= 2020", "year > 2024")))
                .as("seed %d, split", SEED)
                .isEqualTo(expected);
    }

    @Test
    void columnsOfNumbersAreNumbersAndOthersText() throws IOException {
        Path file = write("in.csv", "x,size,name,a b,y\n1, 9.5 , north,1,0\n2,10,south,2,1\n3,,9,3,1\n4,100,,4,0\n");
        List<String> ignore = List.of("size", "name", "a b");
        assertThat(marked(csv(file, ignore, "size > 9.5", null), SamplePart.VALIDATION))
                .as("as text 9.5 would be the largest")
                .containsExactly(1, 3);
        assertThat(marked(csv(file, ignore, "Name = 'north' OR `a b` % 2 = 0", null), SamplePart.VALIDATION))
                .containsExactly(0, 1, 3);
        assertThat(marked(csv(file, ignore, "size is null", "name is null"), SamplePart.VALIDATION))
                .containsExactly(2);
        assertThat(marked(csv(file, ignore, null, "x in (1, 4) and y = 0"), SamplePart.TEST))
                .as("features and the label can be asked about too")
                .containsExactly(0, 3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "yeer >= 2020|no column `yeer`; the columns are x, year, y",
                "year + 1|expected a condition that is true or false, found a value of type double",
                "year >=|no condition that Spark understands",
                "frobnicate(year)|no condition that Spark understands",
                "rand() < 0.5|it may be another one each time it is asked",
                "java_method('java.lang.System', 'nanoTime') > '5'|it may be another one each time it is asked",
                "max(year) > 3|it looks at more than one row",
                "row_number() over (order by year) > 3|it looks at more than one row",
                "year > (select 3)|it looks at more than one row"
            })
    void conditionsThatCannotBeAskedAreRefused(String condition, String message) throws IOException {
        Path file = write("in.csv", "x,year,y\n1,2019,0\n2,2020,1\n");
        assertThat(refusal(csv(file, List.of("year"), condition, null), ExitCode.USAGE))
                .hasMessageStartingWith("data.validation.where: \"" + condition + "\": ")
                .hasMessageContaining(message);
        assertThat(refusal(csv(file, List.of("year"), null, condition), ExitCode.USAGE))
                .hasMessageStartingWith("data.test_split.where: \"" + condition + "\": ");
    }

    @Test
    void anotherConditionOrColumnOfWeightsIsPackedAnew() throws IOException {
        Path file = write("in.csv", "x,w,y\n1,1,0\n2,0.5,1\n3,2,1\n");
        assertThat(marked(csv(file, List.of("w"), "x > 1", null), SamplePart.VALIDATION))
                .containsExactly(1, 2);
        assertThat(marked(csv(file, List.of("w"), "x > 2", null), SamplePart.VALIDATION))
                .containsExactly(2);
        assertThat(marked(csv(file, List.of("w"), null, "x > 2"), SamplePart.TEST))
                .containsExactly(2);
        assertThat(packed(csv(file, List.of("w"), null, null)).isWeighted()).isFalse();
        PackedDataset weighted = packed(csv(file, List.of(), null, null, "w"));
        assertThat(weighted.isWeighted()).isTrue();
        assertThat(weighted.featureShape().size())
                .as("the weight is no feature")
                .isEqualTo(1);
        assertThat(List.of(weighted.weight(0), weighted.weight(1), weighted.weight(2)))
                .containsExactly(1f, 0.5f, 2f);
    }

    @Test
    void badWeightsAreToldWithFileAndLine() throws IOException {
        Path file = write("in.csv", "x,w,y\n1,1,0\n2,-0.5,1\n3,NaN,1\n4,,1\n5,heavy,0\n");
        assertThat(refusal(csv(file, List.of(), null, null, "w"), ExitCode.DATA))
                .hasMessageContainingAll(
                        "4 rows cannot be used",
                        "in.csv line 3: column \"w\": -0.5 is no weight, expected a number not below 0",
                        "in.csv line 4: column \"w\": NaN is not a finite number",
                        "in.csv line 5: column \"w\": empty, expected a number",
                        "in.csv line 6: column \"w\": \"heavy\" is not a number");
        assertThat(refusal(csv(file, List.of(), null, null, "v"), ExitCode.USAGE))
                .hasMessageContainingAll("data.weights: no column \"v\"", "x, w, y");
    }

    @Test
    void whatAnOlderVersionPackedIsPackedAgainAndMayGoOn() throws IOException {
        CsvData data = csv(write("in.csv", "x,y\n1,0\n2,1\n"), List.of(), null, null);
        manifest(data);
        Path path = folder.resolve("packed/train/manifest.json");
        String json = Files.readString(path);
        Files.writeString(path, json.replaceFirst("\"format_version\" : \\d+", "\"format_version\" : 1"));
        PreparedData.prepare(SPARK.context(), data, target(), 2, false);
        assertThat(Files.readString(path)).isEqualTo(json);
    }
}
