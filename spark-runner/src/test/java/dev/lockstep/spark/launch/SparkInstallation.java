package dev.lockstep.spark.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A Spark installation as far as clusters ask for one: a home with a folder of Spark's jars, none of Lockstep's. */
public final class SparkInstallation {
    private final Path home;

    private SparkInstallation(Path home) {
        this.home = home;
    }

    /**
     * Lays one out whose jars are links.
     *
     * @param home an empty folder, or one to be made
     */
    public static SparkInstallation layOut(Path home, List<Path> sparkJars) throws IOException {
        Path jars = Files.createDirectories(home.toAbsolutePath().resolve("jars"));
        for (Path jar : sparkJars) {
            Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
        }
        return new SparkInstallation(home.toAbsolutePath());
    }

    /** All jars, as an entry of a class path. */
    public String classPath() {
        return home.resolve("jars") + "/*";
    }

    /** What a process of this installation has in its environment; Spark's own scripts tell the Scala version too. */
    public Map<String, String> environment() {
        return Map.of(
                "SPARK_HOME",
                home.toString(),
                "SPARK_SCALA_VERSION",
                "2.12",
                "JAVA_HOME",
                System.getProperty("java.home"),
                "CLASSPATH",
                "");
    }

    /** Starts one of Spark's own programs, such as a master. */
    public RunningLockstep start(Path directory, String mainClass, String... arguments) throws IOException {
        List<String> command = SparkSubmitRunner.java(classPath());
        command.add(mainClass);
        command.addAll(List.of(arguments));
        return RunningLockstep.startCommand(directory, environment(), command);
    }
}
