package dev.lockstep.spark.doctor;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.model.NativeLibraries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The libraries that compute, on the driver: where workers are in this process they decide its speed. */
final class LibrariesCheck implements Check {
    @Override
    public String name() {
        return "libraries";
    }

    @Override
    public List<Finding> look(Subject subject) {
        return findings("", subject.local(), NativeLibraries.ofThisProcess());
    }

    /**
     * What follows from what loaded.
     *
     * @param where such as " on executor 1"; empty for the driver
     * @param computes whether workers are there
     */
    static List<Finding> findings(String where, boolean computes, NativeLibraries libraries) {
        List<Finding> findings = new ArrayList<>();
        findings.add(finding(
                "onednn",
                libraries.oneDnn() + where,
                libraries.oneDnnLoads(),
                libraries.oneDnnWarning(),
                computes
                        ? "use x86-64 Linux hosts and a temporary directory that may hold executables"
                                + " (org.bytedeco.javacpp.cachedir)"
                        : null));
        findings.add(finding(
                "openblas",
                libraries.blas() + where,
                libraries.blasLoads(),
                libraries.blasWarning(),
                computes ? "as for oneDNN; DL4J, which needs it, computes what has no kernels" : null));
        return findings;
    }

    private static Finding finding(
            String about, String found, boolean loads, @Nullable String warning, @Nullable String fixWhereNeeded) {
        if (loads) {
            return warning == null ? Finding.ok(about, found) : Finding.warning(about, found, warning);
        }
        return fixWhereNeeded == null
                ? Finding.ok(about, found + "; no worker computes here")
                : Finding.problem(about, found, fixWhereNeeded, ExitCode.USAGE);
    }
}
