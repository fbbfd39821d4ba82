package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.model.Device;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceSelectorTest {
    @Test
    void aTaskWithoutGpusComputesOnTheProcessor() {
        assertThat(DeviceSelector.select(Map.of())).isEqualTo(Device.processor());
        assertThat(DeviceSelector.select(resources("fpga", "0"))).isEqualTo(Device.processor());
        assertThat(DeviceSelector.select(resources("gpu"))).isEqualTo(Device.processor());
    }

    @Test
    void theGpuIsTheOneThatSparkAssigned() {
        assertThat(DeviceSelector.select(resources("gpu", "3"))).isEqualTo(new Device.Gpu(3));
        assertThat(DeviceSelector.select(resources("gpu", " 0 "))).isEqualTo(new Device.Gpu(0));
    }

    @Test
    void ofSeveralGpusTheFirstIsUsed() {
        assertThat(DeviceSelector.select(resources("gpu", "2", "5"))).isEqualTo(new Device.Gpu(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GPU-8f2e", "", "-1", "99999999999"})
    void anAddressThatIsNoNumberOfAGpuLeavesTheProcessor(String address) {
        assertThat(DeviceSelector.select(resources("gpu", address))).isEqualTo(Device.processor());
    }

    private static Map<String, ResourceInformation> resources(String name, String... addresses) {
        return Map.of(name, new ResourceInformation(name, addresses));
    }
}
