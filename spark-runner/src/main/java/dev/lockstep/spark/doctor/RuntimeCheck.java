package dev.lockstep.spark.doctor;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.memory.ByteCount;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.util.VersionInfo;

/** Java, Spark, Hadoop and Scala of the driver, beside what Lockstep was built for. */
final class RuntimeCheck implements Check {
    static final int JAVA = 17;
    static final String SPARK = "3.5.";
    private static final String HADOOP = "3.3.";
    private static final String SCALA = "2.12.";

    /** What Spark's direct buffers need of Java 17; where it is closed, so are the others. */
    private static final String OPENED = "sun.nio.ch";

    @Override
    public String name() {
        return "versions";
    }

    @Override
    public List<Finding> look(Subject subject) {
        return Stream.of(
                        java(Runtime.version().feature(), System.getProperty("java.version", "?")),
                        modules(),
                        subject.local() ? collector() : null,
                        version(
                                "spark",
                                sparkVersion(),
                                SPARK,
                                "submit by a Spark 3.5 installation, or unset SPARK_HOME"),
                        hadoop(VersionInfo.getVersion()),
                        version(
                                "scala",
                                scala.util.Properties.versionNumberString(),
                                SCALA,
                                "use a Spark that was built for Scala 2.12"))
                .filter(Objects::nonNull)
                .toList();
    }

    static String sparkVersion() {
        return org.apache.spark.package$.MODULE$.SPARK_VERSION();
    }

    static Finding java(int feature, String version) {
        String found = version + " (" + System.getProperty("java.vendor", "unknown") + ", "
                + System.getProperty("java.home", "?") + "), heap of "
                + ByteCount.text(Runtime.getRuntime().maxMemory());
        return feature == JAVA
                ? Finding.ok("java", found)
                : Finding.problem(
                        "java", found + ", expected " + JAVA, "set JAVA_HOME to a JDK " + JAVA, ExitCode.USAGE);
    }

    private static Finding modules() {
        boolean open = Object.class.getModule().isOpen(OPENED, RuntimeCheck.class.getModule());
        return open
                ? Finding.ok("java flags", "--add-opens as Spark needs them")
                : Finding.problem(
                        "java flags",
                        "java.base does not open " + OPENED,
                        "start by scripts/lockstep or spark-submit, which give Spark's --add-opens",
                        ExitCode.USAGE);
    }

    private static Finding collector() {
        boolean parallel = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .anyMatch(collector -> collector.getName().startsWith("PS "));
        String names = String.join(
                ", ",
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(collector -> collector.getName())
                        .toList());
        return parallel
                ? Finding.ok("collector", "parallel (" + names + ")")
                : Finding.warning("collector", names + ": up to a third slower", "start with -XX:+UseParallelGC");
    }

    static Finding version(String what, String found, String expected, String fix) {
        return found.startsWith(expected)
                ? Finding.ok(what, found)
                : Finding.problem(what, found + ", expected " + expected + "x", fix, ExitCode.USAGE);
    }

    private static Finding hadoop(String found) {
        return found.startsWith(HADOOP)
                ? Finding.ok("hadoop", found)
                : Finding.warning(
                        "hadoop",
                        found + ", tested with " + HADOOP + "4",
                        "nothing, unless storage fails in strange ways: then use the Hadoop client that Spark 3.5 brings");
    }
}
