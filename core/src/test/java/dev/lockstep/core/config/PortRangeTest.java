package dev.lockstep.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.config.WorkerAddress.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports and addresses as a job file has them. */
class PortRangeTest {
    private static final String JOB =
            """
            name: ports
            data: {format: digits}
            model: {layers: [flatten, {dense: {units: 10, activation: softmax}}]}
            training: {loss: sparse_categorical_crossentropy}
            """;

    private static ClusterSpec cluster(String... overrides) {
        return JobFile.read(JOB, "ports", List.of(overrides), Map.of()).cluster();
    }

    @Test
    void portsAreAnyUnlessTheyAreNamed() {
        assertThat(cluster())
                .returns(PortRange.ANY, ClusterSpec::coordinatorPorts)
                .returns(PortRange.ANY, ClusterSpec::workerPorts)
                .returns(null, ClusterSpec::workerBindAddress)
                .returns(null, ClusterSpec::workerAdvertiseAddress);
        assertThat(cluster(
                        "cluster.coordinator_ports=41000",
                        "cluster.worker_ports=41100-41199",
                        "cluster.worker_bind_address=10.1.0.0/16",
                        "cluster.worker_advertise_address=spark"))
                .returns(new PortRange(41000, 41000), ClusterSpec::coordinatorPorts)
                .returns(new PortRange(41100, 41199), ClusterSpec::workerPorts)
                .returns(new WorkerAddress(Kind.NETWORK, "10.1.0.0/16"), ClusterSpec::workerBindAddress)
                .returns(new WorkerAddress(Kind.SPARK, "spark"), ClusterSpec::workerAdvertiseAddress);
    }

    @ParameterizedTest
    @ValueSource(strings = {"any", "41000", "41000-41099", "1024-65535"})
    void whatIsReadIsWrittenTheSame(String text) {
        assertThat(PortRange.parse(" " + text + " ")).hasToString(text);
        assertThat(PortRange.parse(PortRange.parse(text).toString())).isEqualTo(PortRange.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "0-10", "41000-40999", "65535-65536", "99999", "-1", "41000-", "some", "", "1e4"})
    void whatIsNoRangeIsRefused(String text) {
        assertThatThrownBy(() -> PortRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected")
                .hasMessageContaining("found");
    }

    @Test
    void aWrongRangeIsToldWithItsKey() {
        assertThatThrownBy(() -> cluster("cluster.worker_ports=80-90", "cluster.worker_bind_address=spark"))
                .hasMessageContaining("cluster.worker_ports")
                .hasMessageContaining("expected ports from 1024 to 65535, the lower one first");
        assertThatThrownBy(() -> cluster("cluster.worker_bind_address=spark"))
                .hasMessageContaining("cluster.worker_bind_address")
                .hasMessageContaining("expected an IP address, a network such as 10.1.0.0/16");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.2, ADDRESS",
        "255.255.255.255, ADDRESS",
        "::1, ADDRESS",
        "fe80::ab:12, ADDRESS",
        "10.1.0.0/16, NETWORK",
        "fd00::/8, NETWORK",
        "eth1, INTERFACE",
        "bond0.12, INTERFACE",
        "spark, SPARK"
    })
    void anAddressHasOneOfFourForms(String text, Kind kind) {
        assertThat(WorkerAddress.parse(text))
                .isEqualTo(new WorkerAddress(kind, text))
                .hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10.1.0.0/33", "256.1.1.1", "fd00::/129", "a.host.of.a.long.name", "10.1.0/8", "1.2.3.4:80"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> WorkerAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found \"" + text + "\"");
    }
}
