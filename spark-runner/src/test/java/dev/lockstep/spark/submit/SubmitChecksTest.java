package dev.lockstep.spark.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.DeployMode;
import dev.lockstep.spark.cli.SubmitRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SubmitChecksTest {
    private static void assertRefused(SubmitRequest request, JobConfig job, String... told) {
        assertThatThrownBy(
                        () -> SubmitChecks.require(request, job, request.train().master()))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContainingAll(told);
    }

    private static SubmitRequest cluster(@Nullable String runDirectory) {
        return Requests.request(DeployMode.CLUSTER, "yarn", runDirectory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"runs/a", "/shared/runs/a", "./a"})
    void aLocalRunDirectoryInClusterModeIsRefused(String directory) {
        assertRefused(cluster(directory), Requests.job(), directory, "--run-dir", "hdfs://namenode:8020");
    }

    @Test
    void noRunDirectoryInClusterModeIsRefused() {
        assertRefused(cluster(null), Requests.job(), "--run-dir", "hdfs://namenode:8020/runs/small");
    }

    @Test
    void localCheckpointsInClusterModeAreRefused() {
        JobConfig job = Requests.job("checkpoint.directory=/var/checkpoints");
        assertRefused(cluster("hdfs://h/a"), job, "checkpoint.directory", "/var/checkpoints");
    }

    @Test
    void relativeInputsInClusterModeAreRefusedAndAbsoluteOnesAreWarnedOf() {
        JobConfig relative = Requests.job("data.directory=data/digits");
        assertRefused(cluster("hdfs://h/a"), relative, "data.directory: data/digits", "absolute path");
        assertThat(SubmitChecks.require(cluster("hdfs://h/a"), Requests.job("data.directory=/mnt/digits"), "yarn"))
                .singleElement()
                .asString()
                .contains("data.directory: /mnt/digits", "every host");
        assertThat(SubmitChecks.require(cluster("hdfs://h/a"), Requests.job("data.directory=hdfs://h/digits"), "yarn"))
                .isEmpty();
        SubmitRequest client = Requests.request(DeployMode.CLIENT, "yarn", "runs/a");
        assertThat(SubmitChecks.require(client, relative, "yarn")).isEmpty();
    }

    @Test
    void aMasterIsNeededAndClusterModeNeedsACluster() {
        assertRefused(Requests.request(DeployMode.CLIENT, null, null), Requests.job(), "--master yarn");
        assertRefused(
                Requests.request(DeployMode.CLUSTER, "local[2]", "hdfs://h/a"), Requests.job(), "--deploy-mode client");
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark.master=yarn", "spark.submit.deployMode=cluster"})
    void whatHasAnOptionIsNoSetting(String setting) {
        assertRefused(Requests.request(DeployMode.CLIENT, "yarn", null, setting), Requests.job(), "instead");
    }

    @Test
    void submitWaits() {
        assertRefused(
                Requests.request(DeployMode.CLUSTER, "yarn", "hdfs://h/a", "spark.yarn.submit.waitAppCompletion=false"),
                Requests.job(),
                "waits for the end");
    }
}
