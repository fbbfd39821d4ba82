package dev.lockstep.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.ValidationSpec;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code data.validation}, {@code data.test_split} and {@code data.weights} in the job file. */
class KeptApartSettingsTest {
    private static JobConfig read(String data) {
        return JobFile.read(
                """
                name: job
                data: {%s}
                model: {layers: [{dense: {units: 1}}]}
                training: {loss: mse}
                """
                        .formatted(data),
                "job.yaml",
                List.of(),
                Map.of());
    }

    private static DataSpec csv(String settings) {
        return read("format: csv, train: in.csv, label: y, " + settings).data();
    }

    private static void assertRefused(String data, String message) {
        assertThatThrownBy(() -> read(data))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContaining(message);
    }

    @Test
    void whatIsKeptApartIsReadAndWritten() {
        JobConfig job = read("format: csv, train: in.csv, label: y, weights: w,"
                + " validation: {folds: 5, fold: 2, method: stratified}, test_split: {where: year >= 2020}");
        assertThat(job.data().validation())
                .isEqualTo(new ValidationSpec(0, ValidationSpec.Method.STRATIFIED, 5, 2, null));
        assertThat(job.data().testSplit().where()).isEqualTo("year >= 2020");
        assertThat(job.data().weights()).isEqualTo("w");
        assertThat(JobFile.fromJson(JobFile.toJson(job).toString())).isEqualTo(job);
        assertThat(csv("validation: {folds: 5}").validation().fold()).isEqualTo(1);
        assertThat(csv("validation: {split: 0.5}").testSplit().isNone()).isTrue();
        assertThat(read("format: idx, directory: d, test_images: none, test_split: {split: 0.2}")
                        .data()
                        .testSplit()
                        .split())
                .isEqualTo(0.2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{folds: 1}|data.validation.folds: expected 2 or more, found 1",
                "{folds: 3, fold: 4}|data.validation.fold: expected a part from 1 to folds, which is 3, found 4",
                "{folds: 3, fold: 0}|data.validation.fold: expected 1 or more, found 0",
                "{fold: 2}|data.validation.fold: expected folds beside it, found fold 2 alone",
                "{folds: 3, split: 0.1}|data.validation.folds: expected split or folds, not both, found both",
                "{where: a > 1, split: 0.1}|data.validation.where: expected one of split, folds and where, found where beside split",
                "{where: ' '}|data.validation.where: expected a condition"
            })
    void oneWayOfKeepingApartAtATime(String validation, String message) {
        assertRefused("format: csv, train: in.csv, label: y, validation: " + validation, message);
    }

    @Test
    void aTestPartAndATestSetExcludeEachOther() {
        assertRefused(
                "format: csv, train: in.csv, label: y, test: t.csv, test_split: {split: 0.1}",
                "data.test_split: expected test or test_split, not both, found both");
        assertRefused(
                "format: image_folder, train: d, test: t, height: 8, width: 8, test_split: {split: 0.1}",
                "data.test_split: expected test or test_split, not both, found both");
        assertRefused(
                "format: idx, directory: d, test_split: {folds: 4}",
                "data.test_split: expected test_images: none beside it, or no test_split, found test_images: t10k");
        assertRefused(
                "format: digits, test_split: {split: 0.1}",
                "data.test_split: expected test_samples: 0 beside it, or no test_split, found test_samples: 4000");
    }

    @Test
    void aConditionNeedsColumns() {
        assertRefused(
                "format: digits, validation: {where: label > 3}",
                "job.yaml:2: data.validation.where: a condition needs columns, and format: digits has none; use split or"
                        + " folds");
    }

    @Test
    void weightsAreAColumnOfTheirOwn() {
        assertRefused("format: csv, train: in.csv, label: y, weights: y", "data.weights: expected another column");
        assertRefused(
                "format: csv, train: in.csv, label: y, weights: w, ignore: [w]",
                "data.weights: expected a column that is not ignored, found w");
    }
}
