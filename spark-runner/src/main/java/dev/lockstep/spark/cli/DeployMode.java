package dev.lockstep.spark.cli;

import java.util.Locale;

/** Where the driver of a submitted training runs. */
public enum DeployMode {
    /** In spark-submit's own process. */
    CLIENT,
    /** In a process or container of the cluster. */
    CLUSTER;

    /** As spark-submit calls it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
