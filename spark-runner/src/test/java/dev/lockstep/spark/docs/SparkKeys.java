package dev.lockstep.spark.docs;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.internal.config.ConfigEntry;

/** The settings that Spark 3.5 knows: those that it registers, and those that this list has. */
final class SparkKeys {
    /** Spark's objects that register settings when they are first looked at. */
    private static final List<String> REGISTERING = List.of(
            "org.apache.spark.internal.config.package$",
            "org.apache.spark.internal.config.UI$",
            "org.apache.spark.internal.config.Network$",
            "org.apache.spark.internal.config.Kryo$",
            "org.apache.spark.internal.config.Deploy$",
            "org.apache.spark.internal.config.Worker$",
            "org.apache.spark.internal.config.History$",
            "org.apache.spark.internal.config.Status$",
            "org.apache.spark.deploy.yarn.config.package$");

    /** Settings that Spark reads without registering them, and those of Kubernetes, which is not on the class path. */
    private static final Set<String> OTHERS = Set.of(
            "spark.master",
            "spark.app.name",
            "spark.local.dir",
            "spark.port.maxRetries",
            "spark.jars.packages",
            "spark.kubernetes.namespace",
            "spark.kubernetes.container.image",
            "spark.kubernetes.authenticate.driver.serviceAccountName",
            "spark.kubernetes.file.upload.path",
            "spark.kubernetes.driver.pod.name",
            "spark.kubernetes.memoryOverheadFactor",
            "spark.kubernetes.executor.deleteOnTermination",
            "spark.kubernetes.local.dirs.tmpfs",
            "spark.kubernetes.submission.waitAppCompletion",
            "spark.kubernetes.executor.request.cores",
            "spark.kubernetes.executor.limit.cores",
            "spark.kubernetes.node.selector");

    /** Families whose last part is the user's, and such as stand for all of their settings: {@code spark.driver.*}. */
    private static final Pattern FAMILIES = Pattern.compile(
            "spark\\.(driver|executor|yarn|dynamicAllocation|kubernetes)\\.x|spark\\.executorEnv\\.[A-Z_]+"
                    + "|spark\\.yarn\\.appMasterEnv\\.[A-Z_]+|spark\\.hadoop\\.[a-z.A-Z-]+|spark\\.ssl\\.[a-zA-Z.]+"
                    + "|spark\\.(executor|task|worker|driver)\\.resource\\.gpu\\.[a-zA-Z]+"
                    + "|spark\\.kubernetes\\.(driver|executor)\\.(volumes|podTemplateFile|label|annotation)\\.?[a-zA-Z.*-]*"
                    + "|spark\\.metrics\\.conf\\.[a-zA-Z.*]+|spark\\.ui\\.prometheus\\.enabled");

    static {
        for (String name : REGISTERING) {
            try {
                Class.forName(name);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private SparkKeys() {}

    /** Whether Spark has a setting; {@code spark.ssl.*} stands for a family. */
    static boolean exists(String key) {
        return ConfigEntry.findEntry(key) != null
                || OTHERS.contains(key)
                || FAMILIES.matcher(key.replace("*", "x")).matches();
    }
}
