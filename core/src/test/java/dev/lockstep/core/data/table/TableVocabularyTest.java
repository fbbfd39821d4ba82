package dev.lockstep.core.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.PackedHeader;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.data.ParquetData;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.data.table.FillMissingStep.Strategy;
import dev.lockstep.core.data.table.OneHotStep.UnknownCategories;
import dev.lockstep.core.error.LockstepException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The words of a job's tables, and the figures that go with a model. */
class TableVocabularyTest {
    private static final String JOB =
            """
            name: table
            model: {layers: [dense: {units: 3}]}
            training: {loss: mse, optimizer: sgd, batch_size: 2, epochs: 1}
            data:
              format: csv
              train: in.csv
              label: y
              preprocessing:
                - fill_missing
                - fill_missing: {strategy: most_frequent, columns: [a, b]}
                - one_hot: {columns: a, unknown: ignore}
                - scale: {divisor: 255}
                - standardise
                - min_max: {columns: [b]}
            """;

    private static JobConfig job(String text) {
        return JobFile.read(text, "job.yaml", List.of(), Map.of());
    }

    private static String message(String text) {
        return String.valueOf(
                catchThrowableOfType(LockstepException.class, () -> job(text)).getMessage());
    }

    @Test
    void stepsAreReadInTheirOrderAndWrittenBack() {
        JobConfig job = job(JOB);
        CsvData data = (CsvData) job.data();
        assertThat(data.label()).containsExactly("y");
        assertThat(data.preprocessing())
                .containsExactly(
                        new FillMissingStep(Strategy.MEAN, List.of()),
                        new FillMissingStep(Strategy.MOST_FREQUENT, List.of("a", "b")),
                        new OneHotStep(List.of("a"), UnknownCategories.IGNORE),
                        new ScaleStep(255, List.of()),
                        new StandardiseStep(List.of()),
                        new MinMaxStep(List.of("b")));
        assertThat(JobFile.fromJson(JobFile.toJson(job).toString())).isEqualTo(job);
        assertThat(job(JobFile.toYaml(job))).isEqualTo(job);
    }

    @Test
    void parquetHasTheSameWords() {
        String parquet = JOB.replace("format: csv", "format: parquet")
                .replace("label: y", "label: [u, v, w]\n  class_names: [a, b, c]");
        ParquetData data = (ParquetData) job(parquet).data();
        assertThat(data.label()).containsExactly("u", "v", "w");
        assertThat(data.classNames()).containsExactly("a", "b", "c");
        assertThat(data.preprocessing()).hasSize(6);
    }

    @Test
    void whatCannotBeIsRefusedTogether() {
        assertThat(message(JOB.replace("    - fill_missing\n", "    - min_max\n    - fill_missing\n")))
                .contains("data.preprocessing: expected fill_missing first, found fill_missing after a step that needs"
                        + " every number to be there");
        assertThat(message(JOB.replace("label: y", "label: [y, y]\n  scale: 255\n  class_names: [a]"))
                        .lines())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).contains("data.label: expected every column once"))
                .anySatisfy(line -> assertThat(line).contains("data.scale: expected 1 beside preprocessing"))
                .anySatisfy(line -> assertThat(line).contains("data.class_names: expected at least two different"));
        assertThat(message(JOB.replace("- standardise", "- standardize"))).contains("did you mean \"standardise\"?");
        assertThat(message(JOB.replace("divisor: 255", "divisor: 0")))
                .contains("scale.divisor: expected a number above");
    }

    private static PackedManifest manifest() {
        PackedHeader header = new PackedHeader(0, 3, Shape.of(2), ElementType.F32, 1, ElementType.I32);
        return PackedManifest.of(
                header, List.of(1L, 2L), "a test", List.of(new PackedPart("part-0", 0, 3, 100, "0".repeat(64))));
    }

    @Test
    void figuresGoThroughJsonToTheBit() {
        FittedTable table = new FittedTable(
                List.of(
                        new FittedColumn("a", ColumnKind.TEXT, 1),
                        new FittedColumn("b", ColumnKind.NUMBER, 1),
                        new FittedColumn("c", ColumnKind.VECTOR, 2)),
                LabelForm.CLASS_NAMES,
                1,
                List.of(
                        new FittedStep.FillNumbers(List.of("b"), List.of(1 / 3.0)),
                        new FittedStep.FillTexts(List.of("a"), List.of("x \"y\"")),
                        new FittedStep.OneHot(List.of("a"), List.of(List.of("u", "ü")), UnknownCategories.ERROR),
                        new FittedStep.Scale(List.of("b"), 255),
                        new FittedStep.Standardise(List.of("c"), List.of(1e-300, Math.PI), List.of(0.1, 7.0)),
                        new FittedStep.MinMax(List.of("b"), List.of(-1.5), List.of(2.5))));
        PackedManifest manifest = manifest().with(List.of("no", "yes"), table);
        String json = manifest.toJson();
        assertThat(json).contains("\"step\" : \"standardise\"").doesNotContain("dev.lockstep");
        assertThat(PackedManifest.fromJson(json, "manifest.json")).isEqualTo(manifest);
        assertThatThrownBy(() -> PackedManifest.fromJson(
                        json.replace("\"step\" : \"scale\"", "\"step\" : \"java.lang.Runtime\""), "manifest.json"))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("manifest.json is no manifest of packed data");
    }

    @Test
    void aManifestOfAnEarlierVersionHasNeither() {
        String json = manifest().toJson().replaceAll(",\\s*\"class_names\" : null,\\s*\"table\" : null", "");
        assertThat(json).doesNotContain("class_names");
        assertThat(PackedManifest.fromJson(json, "manifest.json")).isEqualTo(manifest());
    }

    @Test
    void everyClassNeedsItsName() {
        assertThatThrownBy(() -> manifest().with(List.of("only"), null)).hasMessageContaining("class_names");
    }
}
