package dev.lockstep.core.model;

import dev.lockstep.core.model.compiled.CompiledReplica;
import dev.lockstep.core.model.dl4j.NativeRuntime;
import org.jspecify.annotations.Nullable;

/**
 * What computes in this process, for those who ask before there is anything to compute.
 *
 * @param oneDnn version and instruction set; or why it does not load
 * @param oneDnnLoads whether it does; DL4J is several times slower
 * @param oneDnnWarning what to do about the instruction set; null for nothing
 * @param blas the kernel that OpenBLAS chose under DL4J; or why it does not load
 * @param blasLoads whether it does
 * @param blasWarning what to do about the kernel; null for nothing
 */
public record NativeLibraries(
        String oneDnn,
        boolean oneDnnLoads,
        @Nullable String oneDnnWarning,
        String blas,
        boolean blasLoads,
        @Nullable String blasWarning) {
    /** Loads what is not loaded yet, which takes a second or two. */
    public static NativeLibraries ofThisProcess() {
        boolean loads = CompiledReplica.libraryLoads();
        String warning = loads ? CompiledReplica.libraryWarning() : null;
        String library = CompiledReplica.library();
        try {
            return new NativeLibraries(
                    library,
                    loads,
                    warning,
                    "OpenBLAS, kernel " + NativeRuntime.chosenKernel(),
                    true,
                    NativeRuntime.kernelWarning());
        } catch (LinkageError e) {
            return new NativeLibraries(library, loads, warning, "OpenBLAS does not load: " + e, false, null);
        }
    }
}
