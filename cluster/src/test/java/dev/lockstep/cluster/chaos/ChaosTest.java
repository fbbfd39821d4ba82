package dev.lockstep.cluster.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.fault.Fault;
import dev.lockstep.core.fault.FaultSchedule;
import dev.lockstep.core.fault.Moment;
import dev.lockstep.core.fault.Phase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code scripts/chaos}: the same schedules on every build. */
@Tag("process")
@Timeout(1800)
class ChaosTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void someSchedulesOnEveryBuild() throws Exception {
        everyScheduleEndsWithTheBitsOfTheUndisturbedTraining(20, 28);
    }

    @Test
    @Tag("slow")
    void manySchedules() throws Exception {
        everyScheduleEndsWithTheBitsOfTheUndisturbedTraining(21, 300);
    }

    /** Its process lives: the same attempt goes on with a new task, nobody waits for the deadline of a meeting. */
    @Test
    void aWorkerThatWasPutOutOrCutOffFromTheDriverComesBackWithinTheAttempt() throws Exception {
        ChaosScenario scenario = new ChaosScenario(3, false, false, false, false, "1000 epochs", false, false);
        Moment moment = new Moment(5, Phase.APPLY, 0);
        for (Fault fault :
                List.of(new Fault.Pause(1, moment, 2_500), new Fault.CutNetwork(1, Fault.DRIVER, moment, 50, false))) {
            ChaosSeries.Verdict verdict =
                    new ChaosSeries(1, directory).run(0, scenario, new FaultSchedule(1, 0, List.of(fault)));
            assertThat(verdict.account())
                    .contains("struck: " + fault, "\n  right")
                    .doesNotContain("another attempt");
        }
    }

    private void everyScheduleEndsWithTheBitsOfTheUndisturbedTraining(long seed, int runs) throws Exception {
        ChaosSeries series = new ChaosSeries(seed, directory);
        List<String> wrong = new ArrayList<>();
        for (int number = 0; number < runs; number++) {
            ChaosSeries.Verdict verdict = series.run(number);
            if (!verdict.right()) {
                wrong.add(verdict.account());
            }
        }
        System.out.printf("chaos: seed %d, %d runs, %d wrong%n", seed, runs, wrong.size());
        assertThat(wrong)
                .as("play one again: scripts/chaos --seed %d --run N", seed)
                .isEmpty();
    }
}
