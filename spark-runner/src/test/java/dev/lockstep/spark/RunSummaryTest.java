package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.ExpectedSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunSummaryTest {
    private final ObjectMapper mapper = new ObjectMapper();

    @Test
    void figuresStandBesideWhatGuessingGives() throws IOException {
        assertThat(RunSummary.figures(
                        "Test",
                        mapper.readTree("{\"loss\": 0.25, \"accuracy\": 0.9, \"samples\": 4,"
                                + " \"baseline\": {\"loss\": 2.3025, \"accuracy\": 0.1}, \"confusion_matrix\": []}")))
                .isEqualTo("Test:  loss 0.2500 (guessing: 2.3025)  accuracy 0.9000 (guessing: 0.1000)");
        assertThat(RunSummary.figures("Test", mapper.readTree("null"))).isNull();
    }

    @Test
    void theLastLinesTellWhatWasOvercome() throws IOException {
        String result = "{\"status\": \"completed\", \"steps\": 1410, \"workers\": 2, \"sync\": \"gradient_sharing\","
                + " \"wall_seconds\": 73.9, \"worker_rejoins\": 1, \"restarts\": 2, \"parameters\": 10,"
                + " \"parameters_sha256\": \"ab\"}";

        assertThat(RunSummary.lines((ObjectNode) mapper.readTree(result), "runs/digits"))
                .containsExactly(
                        "Completed after 1410 steps, 2 workers, gradient_sharing, 1 min 14 s, 1 lost worker replaced,"
                                + " 2 restarts",
                        "Parameters: 10, sha256 ab",
                        "Run directory: runs/digits (report.html, model/, metrics.jsonl, result.json)");
    }

    @Test
    void whatShouldBeReachedStandsBesideWhatWas() {
        ObjectNode result = mapper.createObjectNode();
        result.putObject("test").put("accuracy", 0.8712);
        assertThat(expected(result, new ExpectedSpec("test.accuracy", 0.87, null)))
                .isEqualTo("Expected: test.accuracy at least 0.8700; reached: 0.8712");
        assertThat(expected(result, new ExpectedSpec("test.accuracy", 0.75, 0.8)))
                .isEqualTo("Expected: test.accuracy at least 0.7500 and at most 0.8000; not reached: 0.8712");
        assertThat(result.path("expected").path("met").asBoolean(true)).isFalse();
        assertThat(expected(result, new ExpectedSpec("validation.loss", null, 0.5)))
                .isEqualTo("Expected: validation.loss at most 0.5000; not known, this run has no such figure");
        assertThat(expected(result, null)).isNull();
        assertThat(result.get("expected").isNull()).isTrue();
    }

    @Test
    void anAccuracyThatGuessingHasTooIsCalledThat() throws IOException {
        String figures = "{'accuracy': %s, 'samples': 470, 'baseline': {'accuracy': 0.8511},"
                + " 'confusion_matrix': [[400, 0], [70, 0]]}";
        assertThat(GuessingComparison.warning(
                        mapper.readTree(figures.formatted("0.8511").replace('\'', '"'))))
                .isEqualTo(
                        "No better than guessing: always saying class 0 is right for 0.8511 of the samples, the model"
                                + " for 0.8511");
        assertThat(GuessingComparison.warning(
                        mapper.readTree(figures.formatted("0.89").replace('\'', '"'))))
                .isNull();
        assertThat(GuessingComparison.warning(mapper.readTree("{\"loss\": 0.5, \"samples\": 4}")))
                .isNull();
        assertThat(GuessingComparison.warning(mapper.readTree("null"))).isNull();
    }

    private static @Nullable String expected(ObjectNode result, @Nullable ExpectedSpec spec) {
        Expectation.putInto(result, spec);
        return Expectation.line(result);
    }

    @Test
    void howFastItWentIsNoFigureOfTheModelAndSmallOnesAreNotZero() throws IOException {
        assertThat(RunSummary.figures("train", mapper.readTree("{\"samples_per_second\": 12.5, \"loss\": 0.00002}")))
                .isEqualTo("train:  loss 2.00e-05");
    }

    @Test
    void theConfusionMatrixIsATable() throws IOException {
        assertThat(RunSummary.confusionMatrix(mapper.readTree("[[12,3],[0,105]]"), null))
                .containsExactly(
                        "Confusion matrix (row: true class, column: predicted class)",
                        "            0      1",
                        "     0     12      3",
                        "     1      0    105");
        assertThat(RunSummary.confusionMatrix(mapper.readTree("null"), null)).isEmpty();
    }

    @Test
    void theLastLinesTellWhichModelWasTheBest() throws IOException {
        String result = "{\"status\": \"completed\", \"steps\": 30, \"workers\": 1, \"sync\": \"gradient_sharing\","
                + " \"wall_seconds\": 1.5, \"parameters\": 10, \"parameters_sha256\": \"ab\","
                + " \"stopped_early\": {\"epoch\": 7, \"best_epoch\": 4, \"monitor\": \"val_loss\", \"best\": 0.3125,"
                + " \"restores_best\": true}, \"best\": {\"monitor\": \"val_f1\", \"best\": 0.75, \"best_epoch\": 5}}";

        assertThat(RunSummary.lines((ObjectNode) mapper.readTree(result), "runs/digits"))
                .contains(
                        "Stopped early after epoch 7: best val_loss 0.3125 in epoch 4, whose model is the run's",
                        "Best model: val_f1 0.7500 in epoch 5 (model-best/)");
    }

    @Test
    void theFiguresOfTheClassesAreATable() throws IOException {
        assertThat(RunSummary.classes(mapper.readTree("{\"per_class\": {\"precision\": [0.75, null],"
                        + " \"recall\": [1.0, null], \"f1\": [0.857142, null], \"samples\": [12, 0]},"
                        + " \"macro\": {\"precision\": 0.75, \"recall\": 1.0, \"f1\": 0.857142},"
                        + " \"micro\": {\"precision\": 0.75, \"recall\": 0.75, \"f1\": 0.75}}")))
                .containsExactly(
                        " class  precision  recall      f1  samples",
                        "     0     0.7500  1.0000  0.8571       12",
                        "     1          -       -       -        0",
                        " macro     0.7500  1.0000  0.8571",
                        " micro     0.7500  0.7500  0.7500");
        assertThat(RunSummary.classes(mapper.readTree("{\"loss\": 1}"))).isEmpty();
    }

    @Test
    void theJournalKeepsTheTestFiguresWithoutShowingThemTwice() {
        List<String> kept = new ArrayList<>();
        List<ObjectNode> shown = new ArrayList<>();
        RunJournal journal = new RunJournal(kept::add, shown::add, 2);
        journal.published(0, "{\"event\":\"test\",\"loss\":0.5}");
        journal.published(1, "{\"event\":\"test\",\"loss\":0.5}");
        assertThat(kept).singleElement().asString().contains("\"event\":\"test\"", "\"time\"");
        assertThat(shown).isEmpty();
        assertThat(journal.test()).isNotNull();
    }
}
