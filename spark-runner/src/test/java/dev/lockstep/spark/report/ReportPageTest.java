package dev.lockstep.spark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the page about a run says, whatever the run has to tell. */
class ReportPageTest {
    private static final int MOST_BYTES = 2_000_000;
    private static final Pattern ADDRESS = Pattern.compile("(?:src|href|url)\\s*[=(]\\s*[\"']?([^\"')\\s>]+)");

    private static String page(Recorded run) {
        String page = ReportPage.of(run.record());
        // Any letters may be in a picture.
        assertThat(page.replaceAll("base64,[^\"]*", "")).doesNotContain("NaN", "Infinity", "<script", ">null<");
        assertThat(page.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MOST_BYTES);
        return page;
    }

    private static Set<String> headings(String page) {
        Set<String> headings = new TreeSet<>();
        Matcher matcher = Pattern.compile("<h2>(.*?)</h2>").matcher(page);
        while (matcher.find()) {
            headings.add(matcher.group(1));
        }
        return headings;
    }

    @Test
    void aCompletedRunHasEverySection() {
        String page = page(Recorded.completed(10));
        assertThat(headings(page))
                .containsExactlyInAnyOrder(
                        "Figures",
                        "Curves",
                        "Confusion matrix, test samples",
                        "Samples",
                        "Split balance",
                        "Speed",
                        "Layers",
                        "Course of the run",
                        "Settings");
        assertThat(page)
                .contains("test accuracy", "0.8300 (guessing: 0.7500)", "ankle boot for bag: 8 times", "0.933")
                .contains("The largest class has 10.0 times the training samples of the smallest")
                .contains("loss over epoch: training from 2.0000 to 0.2000; validation from 2.1100 to 0.2200")
                .contains("✗ bag, taken for coat", "data:image/png;base64,")
                .doesNotContain("not beaten");
    }

    @Test
    void nothingIsFetched() {
        Matcher addresses = ADDRESS.matcher(page(Recorded.completed(3)));
        int found = 0;
        while (addresses.find()) {
            found++;
            assertThat(addresses.group(1)).startsWith("data:image/png;base64,");
        }
        assertThat(found).isEqualTo(32);
    }

    @Test
    void secretsAreHidden() {
        assertThat(page(Recorded.completed(1)))
                .contains("spark.some.password: ", "***")
                .doesNotContain("hunter2");
    }

    @Test
    void whatOthersNamedIsText() {
        Recorded run = Recorded.completed(2);
        String attack = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&";
        run.classNames = List.of(attack, "\" onmouseover=\"alert(3)", "c");
        run.location = "runs/" + attack;
        run.add(run.event("restart").put("restarts", 1).put("of", 3).put("reason", attack));
        run.add(run.event(attack).put(attack, attack));
        run.job = brokenJob(attack);
        run.result.put("error", attack).put("status", "failed");
        String page = page(run);
        assertThat(page).contains("&lt;script&gt;alert(1)").doesNotContain("<img src=x", "\" onmouseover=\"alert");
    }

    private static String brokenJob(String attack) {
        return "name: " + attack + "\n" + attack;
    }

    @Test
    void aModelThatGuessesIsCalledThat() {
        Recorded run = Recorded.completed(2);
        run.result.putObject("test").put("accuracy", 0.8511).put("loss", 0.5).put("samples", 470);
        run.result
                .withObject("/test")
                .putObject("baseline")
                .put("accuracy", 0.8511)
                .put("loss", 0.42);
        run.result
                .withObject("/test")
                .putArray("confusion_matrix")
                .addArray()
                .add(400)
                .add(0);
        run.result
                .withObject("/test")
                .withArray("confusion_matrix")
                .addArray()
                .add(70)
                .add(0);
        run.classNames = List.of();
        assertThat(page(run))
                .contains("test accuracy 0.8511 equals always guessing class 0: the network has learned nothing that"
                        + " accuracy shows.")
                .contains("test loss 0.5000 is worse than the best constant guess, which gives 0.4200")
                .contains("The network predicts class 0 for every test sample.")
                .contains("not beaten");
    }

    @Test
    void risingValidationLossIsNamed() {
        Recorded run = new Recorded();
        for (int epoch = 1; epoch <= 6; epoch++) {
            run.add(run.event("epoch")
                    .put("epoch", epoch)
                    .put("loss", 1.0 / epoch)
                    .put("val_loss", 0.5 + Math.abs(epoch - 3) * 0.1));
        }
        assertThat(page(run)).contains("The validation loss was lowest after epoch 3 (0.5000) and ended at 0.8000");
    }

    @Test
    void whatWasExpectedIsBesideWhatWasReached() {
        Recorded run = Recorded.completed(2);
        run.result
                .putObject("expected")
                .put("figure", "test.accuracy")
                .put("at_least", 0.97)
                .put("met", false);
        run.result
                .putObject("stopped_early")
                .put("epoch", 2)
                .put("best_epoch", 1)
                .put("monitor", "val_loss");
        assertThat(page(run))
                .contains("expected test.accuracy", "at least 0.9700 ✗ not reached")
                .contains("Stopped early after epoch 2: val loss was best after epoch 1.");
    }

    @Test
    void aRunThatFailedAtOnceHasAPage() {
        Recorded run = new Recorded();
        run.result
                .put("status", "failed")
                .put("error", "data: no such file")
                .putNull("train")
                .putNull("test");
        assertThat(page(run)).contains("The run failed: data: no such file", "failed");
        assertThat(headings(page(run))).containsExactlyInAnyOrder("Figures", "Settings");
    }

    @Test
    void aRunThatNeverEndedHasAPageOfWhatThereIs() {
        Recorded run = new Recorded();
        run.addEpoch(1, 10);
        run.metrics.append("{\"event\":\"epo");
        assertThat(page(run)).contains("The run has not ended yet", "2.0000", "<circle");
    }

    @Test
    void nothingAtAllIsNoReasonToFail() {
        String page = ReportPage.of(RunRecord.of("hdfs://host/runs/a/", null, null, null, null));
        assertThat(page).contains("<h1>a</h1>");
    }

    @Test
    void absentFiguresAreDashes() {
        Recorded run = new Recorded();
        run.add(run.event("epoch")
                .put("epoch", 1)
                .put("loss", 0.5)
                .putNull("val_loss")
                .putNull("samples_per_second"));
        run.result
                .put("status", "completed")
                .put("epochs", 1)
                .putObject("train")
                .put("loss", 0.5);
        assertThat(page(run)).contains("–");
    }

    @Test
    void aThousandEpochsAreThinned() {
        String page = page(Recorded.completed(1000));
        Matcher line = Pattern.compile("points=\"([^\"]*)\"").matcher(page);
        assertThat(line.find()).isTrue();
        assertThat(line.group(1).split(" ", -1)).hasSizeBetween(200, Series.MOST_POINTS);
    }

    @Test
    void troublesAreOnTheTimeLine() {
        Recorded run = new Recorded();
        run.addEpoch(1, 3);
        run.add(run.event("worker_lost").put("rank", 1).put("reason", "connection closed"));
        run.add(run.event("membership")
                .put("generation", 2)
                .put("workers", 2)
                .put("step", 12)
                .put("reason", "rejoin"));
        run.addEpoch(2, 3);
        assertThat(page(run))
                .contains(
                        "class=\"marker\"", "<title>Worker 1 is lost: connection closed</title>", "Course of the run");
    }
}
