package dev.lockstep.spark.doctor;

import dev.lockstep.core.error.ExitCode;
import org.jspecify.annotations.Nullable;

/**
 * One line of the list: what was looked at, what was found and what to do about it.
 *
 * @param about what was looked at, in a word or two
 * @param level how bad it is
 * @param found the value
 * @param fix what to do; null where there is nothing to do
 * @param code how the command ends because of it; {@link ExitCode#COMPLETED} unless it is a problem
 */
public record Finding(String about, Level level, String found, @Nullable String fix, ExitCode code) {
    /** How bad a finding is. */
    public enum Level {
        /** As it should be. */
        OK,
        /** It works, but slower, less safely or not for long. */
        WARNING,
        /** A run would fail. */
        PROBLEM
    }

    /** As it should be. */
    public static Finding ok(String about, String found) {
        return new Finding(about, Level.OK, found, null, ExitCode.COMPLETED);
    }

    /** It works, but. */
    public static Finding warning(String about, String found, String fix) {
        return new Finding(about, Level.WARNING, found, fix, ExitCode.COMPLETED);
    }

    /** A run would fail. */
    public static Finding problem(String about, String found, String fix, ExitCode code) {
        return new Finding(about, Level.PROBLEM, found, fix, code);
    }

    /** Of the cluster, its network or its storage. */
    public static Finding ofCluster(String about, String found, String fix) {
        return problem(about, found, fix, ExitCode.CLUSTER);
    }
}
