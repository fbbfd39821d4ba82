package dev.lockstep.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is drawn, and that it can be drawn again. */
class FaultScheduleTest {
    private static final FaultGround GROUND = new FaultGround(3, 18, 1_500, 9, true);

    @Test
    void seedAndNumberGiveTheScheduleAgainAndItTravelsAsJson() {
        Set<String> different = new HashSet<>();
        for (int run = 0; run < 200; run++) {
            FaultSchedule schedule = FaultDrawing.draw(5, run, GROUND);
            assertThat(FaultDrawing.draw(5, run, GROUND)).isEqualTo(schedule);
            assertThat(FaultSchedule.fromJson(schedule.toJson())).isEqualTo(schedule);
            assertThat(schedule.toString()).startsWith("seed 5 run " + run + ": ");
            assertThat(schedule.faults()).hasSizeBetween(1, 8).allMatch(fault -> fault.rank() < 3);
            different.add(schedule.faults().toString());
        }
        assertThat(different).hasSizeGreaterThan(190);
    }

    @Test
    void everyKindOfFaultIsDrawnAndNoneOfTheNetworkWhereItCannotBeDisturbed() {
        Set<Class<?>> drawn = new HashSet<>();
        Set<Class<?>> withoutNetwork = new HashSet<>();
        FaultGround quiet = new FaultGround(1, 18, 1_500, 9, false);
        for (int run = 0; run < 500; run++) {
            FaultDrawing.draw(6, run, GROUND).faults().forEach(fault -> drawn.add(fault.getClass()));
            FaultDrawing.draw(6, run, quiet).faults().forEach(fault -> withoutNetwork.add(fault.getClass()));
        }
        assertThat(drawn).contains(Fault.Kill.class).doesNotContain(Fault.FillMemory.class);
        drawn.add(Fault.FillMemory.class);
        assertThat(drawn).containsExactlyInAnyOrder(Fault.class.getPermittedSubclasses());
        assertThat(withoutNetwork).hasSize(7).doesNotContain(Fault.CutNetwork.class, Fault.CorruptFrame.class);
    }

    @Test
    void aNewProcessOfARankHasTheFaultsBehindTheOneThatEndedTheOld() {
        Fault slow = new Fault.Delay(1, new Moment(2, Phase.COMPUTE, 0), 5);
        Fault first = new Fault.Kill(1, new Moment(3, Phase.COMPUTE, 0), 0);
        Fault other = new Fault.Kill(0, new Moment(3, Phase.COMPUTE, 0), 0);
        Fault second = new Fault.Kill(1, new Moment(4, Phase.APPLY, 1), 0);
        FaultSchedule schedule = new FaultSchedule(1, 2, List.of(slow, first, other, second));
        assertThat(schedule.of(1, 0)).containsExactly(slow, first, second);
        assertThat(schedule.of(1, 1)).containsExactly(second);
        assertThat(schedule.of(1, 2)).isEmpty();
        assertThat(schedule.of(0, 0)).containsExactly(other);
        assertThat(schedule.of(2, 0)).isEmpty();
    }

    @Test
    void somethingElseIsNoSchedule() {
        assertThatThrownBy(() -> FaultSchedule.fromJson("{\"faults\":[{\"kind\":\"unknown\"}]}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fault schedule");
    }
}
