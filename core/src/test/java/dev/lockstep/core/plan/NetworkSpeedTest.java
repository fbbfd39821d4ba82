package dev.lockstep.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkSpeedTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "10gbit; 1e10; 0.1e-3",
                "100mbit,5ms; 1e8; 5e-3",
                "1GBIT, 200us; 1e9; 200e-6",
                "2.5gbit,0.05ms; 2.5e9; 0.05e-3",
                "64kbit,1s; 64e3; 1",
                "1gbit,0ms; 1e9; 0"
            })
    void bandwidthAndOneWayLatency(String text, double bitsPerSecond, double latencySeconds) {
        NetworkSpeed network = NetworkSpeed.parse(text);
        assertThat(network.bitsPerSecond()).isEqualTo(bitsPerSecond);
        assertThat(network.latencySeconds()).isCloseTo(latencySeconds, within(1e-12));
    }

    @Test
    void loopbackIsTheWorkOfTheExchangeAlone() {
        NetworkSpeed network = NetworkSpeed.parse("loopback");
        assertThat(network.seconds(1e12)).isZero();
        assertThat(network.latencySeconds()).isZero();
    }

    @Test
    void bytesBecomeSeconds() {
        assertThat(NetworkSpeed.parse("100mbit").seconds(12_500_000)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10",
                "fast",
                "10gb",
                "0gbit",
                "-1gbit",
                "10gbit,",
                "10gbit,5",
                "10gbit,-1ms",
                "1gbit,1ms,2ms"
            })
    void anythingElseIsRefusedWithWhatIsExpected(String text) {
        assertThatThrownBy(() -> NetworkSpeed.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("10gbit,0.2ms", "loopback", "\"" + text + "\"");
    }
}
