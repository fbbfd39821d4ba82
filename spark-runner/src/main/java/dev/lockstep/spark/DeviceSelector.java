package dev.lockstep.spark;

import dev.lockstep.core.model.Device;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a worker computes: on the GPU that Spark assigned to its task, on the processor where it assigned none. */
final class DeviceSelector {
    /** As in {@code spark.task.resource.gpu.amount}. */
    static final String RESOURCE = "gpu";

    private static final Logger LOG = LoggerFactory.getLogger(DeviceSelector.class);

    private DeviceSelector() {}

    /**
     * The device of a task. A worker computes on one GPU, the first that was assigned.
     *
     * @param resources of the task, by name
     */
    static Device select(Map<String, ResourceInformation> resources) {
        ResourceInformation gpus = resources.get(RESOURCE);
        if (gpus == null || gpus.addresses().length == 0) {
            return Device.processor();
        }
        String[] addresses = gpus.addresses();
        if (addresses.length > 1) {
            LOG.warn(
                    "Spark assigned {} GPUs to this worker, which uses the first, {}: set"
                            + " spark.task.resource.gpu.amount=1 and train with more workers.",
                    addresses.length,
                    addresses[0]);
        }
        return device(addresses[0]);
    }

    private static Device device(String address) {
        try {
            return new Device.Gpu(Integer.parseInt(address.strip()));
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "Spark assigned the GPU \"{}\" to this worker, which computes on the processor all the same: expected"
                            + " a number as nvidia-smi prints it. Have the discovery script print numbers, as Spark's"
                            + " getGpusResources.sh does.",
                    address);
            return Device.processor();
        }
    }
}
