package dev.lockstep.spark.submit;

import java.util.Optional;

/** What a person is told who stops waiting. */
final class Advice {
    private Advice() {}

    /** That the run goes on, and how it is stopped. */
    static String whileItRuns(Optional<DriverPlace> driver, String master, String runDirectory) {
        if (driver.isEmpty()) {
            return "lockstep: no longer waiting. If the cluster has taken the application, it goes on by itself; its"
                    + " run is " + runDirectory;
        }
        String name = driver.get().name();
        String stop = master.equals("yarn")
                ? "yarn application -kill " + name
                : "$SPARK_HOME/bin/spark-class org.apache.spark.deploy.Client kill " + master + " " + name;
        return "lockstep: no longer waiting; the training goes on ("
                + driver.get().describe() + "), its run is "
                + runDirectory + ". To stop it: " + stop
                + "; the same command then continues from the last checkpoint";
    }
}
