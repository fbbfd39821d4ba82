package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SparkRunCommandsTest {
    private static SparkConf deployed(String mode) {
        return new SparkConf(false).set("spark.submit.deployMode", mode);
    }

    @Test
    void aDriverInAContainerKeepsNoRunInItsWorkingDirectory() {
        assertThatThrownBy(() -> SparkRunCommands.requireLasting("runs/digits", deployed("cluster")))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContainingAll("runs/digits", "--deploy-mode cluster", "--run-dir", "hdfs://");
        assertThatCode(() -> {
                    SparkRunCommands.requireLasting("hdfs:///runs/digits", deployed("cluster"));
                    SparkRunCommands.requireLasting("/shared/runs/digits", deployed("cluster"));
                    SparkRunCommands.requireLasting("runs/digits", deployed("client"));
                    SparkRunCommands.requireLasting("runs/digits", new SparkConf(false));
                })
                .doesNotThrowAnyException();
    }
}
