package dev.lockstep.sandbox;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A Spark as far as people, clusters and {@code scripts/lockstep} ask for one: {@code jars}, {@code conf} and
 * {@code bin/spark-submit}. The jars are links into Maven's repository.
 */
final class SparkInstallation {
    /** Jars of this module that a Spark does not have. */
    private static final Pattern OUR_TOOLS =
            Pattern.compile("(hadoop-client-minicluster|bcpkix|bcprov|bcutil|picocli|jspecify)-.*\\.jar");

    private final Path home;
    private final String moduleFlags;
    private final String scala;

    SparkInstallation(Path home) {
        this.home = home;
        this.moduleFlags = System.getProperty("lockstep.sandbox.module.flags", "");
        this.scala = System.getProperty("lockstep.sandbox.scala", "2.12");
    }

    /** Lays it out from the class path of this process. */
    void layOut(Path hadoopConfiguration, Ports ports) throws IOException {
        Path jars = Files.createDirectories(home.resolve("jars"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry);
            String name = jar.getFileName().toString();
            if (name.endsWith(".jar") && !OUR_TOOLS.matcher(name).matches()) {
                Files.createSymbolicLink(jars.resolve(name), jar.toAbsolutePath());
            }
        }
        writeDefaults(ports);
        writeSubmit(hadoopConfiguration);
        Files.writeString(home.resolve("RELEASE"), "Spark of Lockstep's sandbox, from Maven's jars\n");
    }

    private void writeDefaults(Ports ports) throws IOException {
        Path configuration = Files.createDirectories(home.resolve("conf"));
        String java = System.getProperty("java.home");
        Files.writeString(
                configuration.resolve("spark-defaults.conf"),
                """
                spark.driver.bindAddress 127.0.0.1
                spark.driver.host 127.0.0.1
                spark.yarn.jars local:%s/*
                spark.yarn.appMasterEnv.JAVA_HOME %s
                spark.executorEnv.JAVA_HOME %s
                spark.yarn.appMasterEnv.SPARK_LOCAL_IP 127.0.0.1
                spark.executorEnv.SPARK_LOCAL_IP 127.0.0.1
                """
                        .formatted(home.resolve("jars"), java, java));
        Files.writeString(
                configuration.resolve("log4j2.properties"),
                """
                rootLogger.level = warn
                rootLogger.appenderRef.stderr.ref = stderr
                appender.stderr.type = Console
                appender.stderr.name = stderr
                appender.stderr.target = SYSTEM_ERR
                appender.stderr.layout.type = PatternLayout
                appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
                logger.lockstep.name = dev.lockstep
                logger.lockstep.level = info
                logger.daemons.name = org.apache.spark.deploy
                logger.daemons.level = info
                """);
    }

    /** As Spark's own: its launcher makes the command line, so that spark.driver.memory and the like hold. */
    private void writeSubmit(Path hadoopConfiguration) throws IOException {
        Path script = Files.createDirectories(home.resolve("bin")).resolve("spark-submit");
        Files.writeString(
                script,
                """
                #!/usr/bin/env bash
                # spark-submit of the sandbox.
                set -euo pipefail
                home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
                export SPARK_HOME=$home SPARK_SCALA_VERSION=%s SPARK_LOCAL_IP=127.0.0.1
                export HADOOP_CONF_DIR=${HADOOP_CONF_DIR:-%s}
                java=${JAVA_HOME:+$JAVA_HOME/bin/}java
                command=()
                while IFS= read -r -d '' word; do
                  command+=("$word")
                done < <("$java" -Xmx128m -cp "$home/jars/*" org.apache.spark.launcher.Main \\
                  org.apache.spark.deploy.SparkSubmit "$@"; printf '%%d\\0' $?)
                last=$((${#command[@]} - 1))
                [[ ${command[last]} == 0 ]] || exit "${command[last]}"
                unset "command[$last]"
                # The launcher writes an empty word and a line end before the first.
                command=("${command[@]:1}")
                command[0]=${command[0]#$'\\n'}
                exec "${command[@]}"
                """
                        .formatted(scala, hadoopConfiguration));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What its programs have in their environment. */
    Map<String, String> environment() {
        return Map.of(
                "SPARK_HOME",
                home.toString(),
                "SPARK_SCALA_VERSION",
                scala,
                "SPARK_LOCAL_IP",
                "127.0.0.1",
                "JAVA_HOME",
                System.getProperty("java.home"));
    }

    /** One of its daemons. */
    List<String> command(String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
        if (!moduleFlags.isBlank()) {
            command.addAll(List.of(moduleFlags.split(" ", -1)));
        }
        command.addAll(List.of("-cp", home.resolve("jars") + "/*" + File.pathSeparator + home.resolve("conf")));
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }
}
