package dev.lockstep.cuda;

import java.util.HashMap;
import java.util.Map;

/**
 * The buffers of a network, allocated once for the largest batch; smaller batches use the beginning. A buffer is known
 * by its purpose, so that the kernels of every batch size share it.
 */
final class DeviceMemory {
    private final Map<String, DeviceFloats> buffers = new HashMap<>();
    private final Map<String, DeviceOperations.Transfer> transfers = new HashMap<>();
    private final DeviceOperations operations;
    private final int maximumRows;

    DeviceMemory(DeviceOperations operations, int maximumRows) {
        this.operations = operations;
        this.maximumRows = maximumRows;
    }

    /** The buffer of a purpose, with room for so many values a sample. */
    DeviceFloats rows(String purpose, int valuesPerRow) {
        return values(purpose, Math.multiplyExact(maximumRows, valuesPerRow));
    }

    /** The buffer of a purpose, with so many values. */
    DeviceFloats values(String purpose, int count) {
        DeviceFloats buffer = buffers.computeIfAbsent(purpose, unused -> operations.allocate(count));
        if (buffer.length() != count) {
            throw new IllegalStateException(
                    "the buffer for " + purpose + " has " + buffer.length() + " values, asked for are " + count);
        }
        return buffer;
    }

    /** Copies for the buffer of a purpose, which has been asked for before. */
    DeviceOperations.Transfer transfer(String purpose) {
        DeviceFloats buffer = buffers.get(purpose);
        if (buffer == null) {
            throw new IllegalStateException("there is no buffer for " + purpose);
        }
        return transfers.computeIfAbsent(purpose, unused -> operations.transfer(buffer));
    }
}
