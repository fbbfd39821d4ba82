package dev.lockstep.core.model.dl4j;

import org.bytedeco.openblas.global.openblas_full;
import org.nd4j.linalg.factory.Nd4j;

/** A process that loads the native libraries, asks for two threads where the environment says nothing, and reports. */
public final class NativeRuntimeProbe {
    private NativeRuntimeProbe() {}

    /** Prints the description and the thread counts. */
    public static void main(String[] arguments) {
        NativeRuntime runtime = NativeRuntime.pin(2);
        System.out.println(runtime.description());
        System.out.println("threads " + openblas_full.openblas_get_num_threads() + " "
                + Nd4j.getEnvironment().maxThreads());
    }
}
