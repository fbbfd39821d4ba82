package dev.lockstep.spark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonPageTest {
    private static RunRecord run(String name, String batchSize) {
        Recorded run = Recorded.completed(5);
        run.job =
                run.job.replace("name: digits", "name: " + name).replace("batch_size: 60", "batch_size: " + batchSize);
        return run.record();
    }

    @Test
    void runsAreSideBySide() {
        String page = ComparisonPage.of(List.of(run("small", "20"), run("large", "200")));
        assertThat(page)
                .contains("2 runs compared", "validation loss − training loss", "norm of the gradient")
                .contains("training.batch_size", ">20<", ">200<", "Settings that differ")
                .contains("training accuracy over epoch: small from 0.1000 to 0.8200; large from 0.1000 to 0.8200")
                .doesNotContain("NaN", "<script", "hunter2");
    }

    @Test
    void runsOfOneNameAreToldApartByTheirPlaces() {
        Recorded other = Recorded.completed(2);
        other.location = "runs/again";
        assertThat(ComparisonPage.of(List.of(Recorded.completed(2).record(), other.record())))
                .contains("digits (runs/digits)", "digits (runs/again)")
                .doesNotContain("Settings that differ");
    }

    @Test
    void aRunThatFailedIsAmongThem() {
        Recorded failed = new Recorded();
        failed.result.put("status", "diverged").put("error", "diverged in epoch 1");
        assertThat(ComparisonPage.of(List.of(run("good", "60"), failed.record())))
                .contains("The training diverged: diverged in epoch 1");
    }
}
