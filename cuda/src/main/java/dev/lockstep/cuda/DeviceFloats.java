package dev.lockstep.cuda;

import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Floats in the memory of a device.
 *
 * @param pointer their address there, of no use to the processor
 * @param length how many there are
 */
record DeviceFloats(FloatPointer pointer, int length) {
    /** A view of some of the values. */
    DeviceFloats slice(int offset, int count) {
        Objects.checkFromIndexSize(offset, count, length);
        return new DeviceFloats(pointer.getPointer(offset), count);
    }
}
