package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.spark.data.SampleLayout;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every job file of the folder examples: it says how it is run, it can be planned and trained, and the long test shows
 * that it reaches what it says. A new example is tested by being there.
 */
@Tag("spark")
class LessonsTest {
    private static final String MASTER = "local[2]";
    private static final double ONE_PERCENT = 0.01;
    private static final Pattern COMMAND = Pattern.compile("scripts/lockstep train examples/(\\S+)");
    private static final int FOLDS = 5;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    static List<Lesson> lessons() throws IOException {
        return Lesson.all();
    }

    /** Those whose whole training takes a moment, because their data is a handful of rows in the repository. */
    static Stream<Lesson> shortLessons() throws IOException {
        return lessons().stream().filter(Lesson::bringsItsData);
    }

    /** Those with something to reach that take longer. */
    static Stream<Lesson> longLessons() throws IOException {
        return lessons().stream().filter(lesson -> lesson.job().expected() != null && !lesson.bringsItsData());
    }

    @ParameterizedTest
    @MethodSource("lessons")
    void theFirstLinesSayHowItIsRun(Lesson lesson) throws IOException {
        List<String> lines = Files.readAllLines(lesson.file());
        assertThat(lines.get(0)).startsWith("# ");
        assertThat(lines.stream().takeWhile(line -> line.startsWith("#")))
                .anyMatch(line -> names(COMMAND.matcher(line), lesson));
    }

    @ParameterizedTest
    @MethodSource("lessons")
    void everyExampleFitsItsData(Lesson lesson) {
        assumeTrue(lesson.hasData(), lesson + " is not planned: its data is not there, see LOCKSTEP_DATA");
        JobConfig job = lesson.jobWithData();
        SampleLayout layout = SampleLayout.of(job.data(), 1, new Configuration());
        NetworkPlan plan =
                NetworkPlan.of(job.model(), layout.features(), job.training().loss());
        plan.requireTrainable();
        assertThat(plan.parameterCount()).isPositive();
    }

    /** By its name, or a pattern that several examples have in common. */
    private static boolean names(Matcher command, Lesson lesson) {
        return command.find()
                && FileSystems.getDefault()
                        .getPathMatcher("glob:" + command.group(1))
                        .matches(Path.of(lesson.name()));
    }

    /** Those with images in one file train without Spark, in core's ImageLessonsTest. */
    static Stream<Lesson> lessonsOfTables() throws IOException {
        return lessons().stream().filter(lesson -> !lesson.isOfImages() && !lesson.bringsItsData());
    }

    @ParameterizedTest
    @MethodSource("lessonsOfTables")
    void everyExampleTrainsForAFewSteps(Lesson lesson) throws IOException {
        assumeTrue(lesson.hasData(), lesson + " is not trained: its data is not there, see LOCKSTEP_DATA");
        JsonNode result = TrainedRun.ofExample(
                        lesson.name(), directory, MASTER, lesson.aFewSteps().toArray(String[]::new))
                .result();
        assertThat(result.path("steps").asInt()).isPositive();
        assertThat(result.path("train").path("loss").isNumber()).isTrue();
        assertThat(result.path("expected").path("reached").isNumber())
                .as("the run has the figure that is expected of it: %s", result.path("expected"))
                .isEqualTo(lesson.job().expected() != null);
    }

    @ParameterizedTest
    @MethodSource("shortLessons")
    void everyShortLessonReachesWhatItSays(Lesson lesson) throws IOException {
        assertReaches(lesson);
    }

    /** On the machine that this was written on, from seconds to minutes each; the seed is the job file's. */
    @ParameterizedTest
    @MethodSource("longLessons")
    @Tag("slow")
    void everyLongLessonReachesWhatItSays(Lesson lesson) throws IOException {
        assumeTrue(lesson.hasData(), lesson + " is not trained: its data is not there, see LOCKSTEP_DATA");
        assertReaches(lesson);
    }

    private void assertReaches(Lesson lesson) throws IOException {
        JsonNode result = TrainedRun.ofExample(
                        lesson.name(),
                        directory,
                        MASTER,
                        lesson.whereItsDataIs().toArray(String[]::new))
                .result();
        System.out.println(lesson + ", seed " + lesson.job().seed() + ": " + Expectation.line(result));
        assertThat(result.path("expected").path("met").asBoolean())
                .as("%s", Expectation.line(result))
                .isTrue();
    }

    /** The mean over five runs, each of which is judged by the fifth of the samples that it has not seen. */
    @ParameterizedTest
    @CsvSource({"iris.yaml, stratified, accuracy, 0.95", "diabetes.yaml, random, r2, 0.45"})
    @Tag("slow")
    void everyFifthIsPredictedByTheOthers(String name, String method, String figure, double least) throws IOException {
        Lesson lesson = Lesson.named(name);
        assumeTrue(lesson.hasData(), lesson + " is not trained: its data is not there, see LOCKSTEP_DATA");
        double sum = 0;
        for (int fold = 1; fold <= FOLDS; fold++) {
            JsonNode result = TrainedRun.ofExample(
                            name,
                            directory.resolve("fold-" + fold),
                            MASTER,
                            "data.validation={folds: " + FOLDS + ", fold: " + fold + ", method: " + method + "}")
                    .result();
            double value = result.path("validation").path(figure).asDouble(Double.NaN);
            System.out.printf(
                    "%s, seed %d, fold %d: %s %.4f%n", lesson, lesson.job().seed(), fold, figure, value);
            sum += value;
        }
        System.out.printf("%s: mean %s of %d folds %.4f%n", lesson, figure, FOLDS, sum / FOLDS);
        assertThat(sum / FOLDS).isGreaterThanOrEqualTo(least);
    }

    /** Against the sums that least squares are. */
    @Test
    void linearRegressionFindsTheLineOfLeastSquares() throws IOException {
        Lesson lesson = Lesson.named("linear-regression.yaml");
        TrainedRun.ofExample(
                lesson.name(), directory, MASTER, lesson.whereItsDataIs().toArray(String[]::new));
        float[] parameters =
                TrainedModel.load(directory.toString(), new Configuration()).parameters();
        double scale = lesson.job().data().scale();
        CsvData data = (CsvData) lesson.job().data();
        List<double[]> flats = Files.readAllLines(lesson.root().resolve(data.train())).stream()
                .skip(1)
                .map(line -> Stream.of(line.split(","))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toList();
        double meanSize = flats.stream().mapToDouble(flat -> flat[0]).average().orElseThrow();
        double meanPrice = flats.stream().mapToDouble(flat -> flat[1]).average().orElseThrow();
        double covariance = flats.stream()
                .mapToDouble(flat -> (flat[0] - meanSize) * (flat[1] - meanPrice))
                .sum();
        double variance = flats.stream()
                .mapToDouble(flat -> (flat[0] - meanSize) * (flat[0] - meanSize))
                .sum();
        double a = covariance / variance;
        double b = meanPrice - a * meanSize;
        System.out.printf(
                "y = %.4f x + %.4f, least squares %.4f x + %.4f%n", parameters[0] / scale, parameters[1], a, b);
        assertThat(parameters[0] / scale).isCloseTo(a, within(ONE_PERCENT * a));
        assertThat((double) parameters[1]).isCloseTo(b, within(ONE_PERCENT * b));
        assertThat(RunInspection.of(directory.toString(), new Configuration()))
                .contains("dense kernel: [" + parameters[0] + "]\ndense bias: [" + parameters[1] + "]\n");
    }
}
