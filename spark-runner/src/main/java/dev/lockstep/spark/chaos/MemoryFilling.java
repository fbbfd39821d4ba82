package dev.lockstep.spark.chaos;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes all the memory there is, so that its process meets its end as with a model that is too large. */
final class MemoryFilling {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryFilling.class);
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int SMALLEST_BLOCK_BYTES = 1 << 12;

    /** Never given back. */
    private static final List<Pointer> TAKEN = new ArrayList<>();

    private MemoryFilling() {}

    /** @throws OutOfMemoryError of the heap; where memory outside it is gone, whoever needs some next finds out */
    static void begin(boolean outsideTheHeap) {
        if (outsideTheHeap) {
            takeFromSystem();
        } else {
            fillHeap();
        }
    }

    private static void fillHeap() {
        List<byte[]> taken = new ArrayList<>();
        while (true) {
            taken.add(new byte[BLOCK_BYTES]);
        }
    }

    private static void takeFromSystem() {
        int bytes = 64 * BLOCK_BYTES;
        while (bytes >= SMALLEST_BLOCK_BYTES) {
            Pointer block = Pointer.malloc(bytes);
            if (block == null || block.isNull()) {
                bytes /= 2;
            } else {
                TAKEN.add(block);
            }
        }
        LOG.warn("The system gives this process no more memory, after {} blocks", TAKEN.size());
    }
}
