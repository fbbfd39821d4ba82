package dev.lockstep.spark.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code --debug}, of the program and of each of its commands. */
final class DebugOption {
    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show stack traces and, of a training, the resolved job without its secrets.")
    private boolean debug;

    boolean given() {
        return debug;
    }
}
