package dev.lockstep.spark.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.fault.FaultSchedule;
import java.util.List;
import org.junit.jupiter.api.Test;

class InjectedFaultsTest {
    private static final String NO_FAULTS = new FaultSchedule(1, 1, List.of()).toJson();

    @Test
    void nothingIsBroughtAboutUnlessTheEnvironmentAsksForIt() {
        assertThat(InjectedFaults.requested(null, false)).isNull();
        assertThat(InjectedFaults.requested("", true)).isNull();
        assertThat(InjectedFaults.requested(NO_FAULTS, false)).isEqualTo(NO_FAULTS);
    }

    @Test
    void aProcessThatTrainsByItselfAndWhatIsNoScheduleAreRefused() {
        assertThatThrownBy(() -> InjectedFaults.requested(NO_FAULTS, true))
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll(InjectedFaults.VARIABLE, "local-cluster", "local mode");
        assertThatThrownBy(() -> InjectedFaults.requested("kill all", false))
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll(InjectedFaults.VARIABLE, "scripts/chaos");
    }
}
