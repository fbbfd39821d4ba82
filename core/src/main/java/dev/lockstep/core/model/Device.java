package dev.lockstep.core.model;

/** Where a worker computes its network. */
public sealed interface Device {
    /** The processor, which every worker has. */
    static Device processor() {
        return new Processor();
    }

    /** The processor; how many of its cores is the replica's number of threads. */
    record Processor() implements Device {
        @Override
        public String toString() {
            return "the processor";
        }
    }

    /**
     * A GPU.
     *
     * @param index its number among the GPUs that this process can see, from 0
     */
    record Gpu(int index) implements Device {
        public Gpu {
            if (index < 0) {
                throw new IllegalArgumentException("the number of a GPU is 0 or above, found " + index);
            }
        }

        @Override
        public String toString() {
            return "GPU " + index;
        }
    }
}
