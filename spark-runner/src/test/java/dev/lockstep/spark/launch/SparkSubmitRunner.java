package dev.lockstep.spark.launch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * Plain {@code spark-submit}: Spark's own {@code SparkSubmit} class in a JVM whose class path has Spark's jars alone,
 * and the assembly as the application.
 */
public final class SparkSubmitRunner {
    private final Path assembly;
    private final Set<String> assemblyClasses;

    /** For the assembly of this build. */
    public SparkSubmitRunner() throws IOException {
        assembly = Path.of(System.getProperty("lockstep.assembly", "no system property lockstep.assembly"));
        assemblyClasses = classes(assembly);
    }

    public Path assembly() {
        return assembly;
    }

    /** Names of the class files in the assembly. */
    public Set<String> assemblyClasses() {
        return assemblyClasses;
    }

    /**
     * The jars that the launcher starts Lockstep with, less those that went into the assembly: what the {@code jars}
     * folder of a Spark installation has.
     */
    public List<Path> sparkJars() throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String entry : launcherClassPath()) {
            Path path = Path.of(entry);
            if (path.toString().endsWith(".jar") && !isInAssembly(path)) {
                jars.add(path);
            }
        }
        return jars;
    }

    /**
     * Submits the assembly.
     *
     * @param directory to run in
     * @param master Spark master
     * @param deadline after which the test fails
     * @param arguments of Lockstep
     */
    public ChildProcess.Result submit(Path directory, String master, Duration deadline, String... arguments)
            throws IOException, InterruptedException {
        return ChildProcess.run(
                command(sparkJars().stream().map(Path::toString).toList(), master, List.of(), List.of(arguments)),
                directory,
                Map.of("SPARK_HOME", "", "CLASSPATH", ""),
                deadline);
    }

    /**
     * Submits the assembly from a Spark installation and does not wait for it.
     *
     * @param directory to run in
     * @param installation whose jars, and whose executors' jars, they are
     * @param configuration folder with the cluster's Hadoop files, as {@code HADOOP_CONF_DIR}; null for none
     * @param options of spark-submit, the master among them
     * @param arguments of Lockstep
     */
    public RunningLockstep start(
            Path directory,
            SparkInstallation installation,
            @Nullable Path configuration,
            List<String> options,
            List<String> arguments)
            throws IOException {
        List<String> classPath = new ArrayList<>(List.of(installation.classPath()));
        Map<String, String> environment = new LinkedHashMap<>(installation.environment());
        if (configuration != null) {
            classPath.add(configuration.toString());
            environment.put("HADOOP_CONF_DIR", configuration.toString());
        }
        return RunningLockstep.startCommand(directory, environment, command(classPath, null, options, arguments));
    }

    /**
     * Submits a program of somebody who has the assembly among his jars, and waits for it.
     *
     * @param directory to run in
     * @param installation whose jars, and whose executors' jars, they are
     * @param program the jar of the program
     * @param arguments of the program
     */
    public ChildProcess.Result submitProgram(
            Path directory,
            SparkInstallation installation,
            Path program,
            String mainClass,
            String master,
            Duration deadline,
            String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java(installation.classPath()));
        command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", master));
        command.addAll(List.of("--conf", "spark.ui.enabled=false", "--jars", assembly.toString()));
        command.addAll(List.of("--class", mainClass, program.toString()));
        command.addAll(List.of(arguments));
        return ChildProcess.run(command, directory, installation.environment(), deadline);
    }

    private List<String> command(
            List<String> classPath, @Nullable String master, List<String> options, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(java(String.join(File.pathSeparator, classPath)));
        command.add("org.apache.spark.deploy.SparkSubmit");
        if (master != null) {
            command.addAll(List.of("--master", master));
        }
        command.addAll(List.of("--conf", "spark.ui.enabled=false"));
        command.addAll(options);
        command.addAll(List.of("--class", "dev.lockstep.spark.LockstepCli", assembly.toString()));
        command.addAll(arguments);
        return command;
    }

    /** A JVM with Spark's module flags. */
    static List<String> java(String classPath) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(moduleFlags());
        command.addAll(List.of("-cp", classPath));
        return command;
    }

    /** Names of the class files of a jar, those of other Java versions and of modules left out. */
    public static Set<String> classes(Path jar) throws IOException {
        Set<String> names = new HashSet<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements(); ) {
                String name = entries.nextElement().getName();
                if (name.endsWith(".class") && !name.startsWith("META-INF/") && !name.endsWith("module-info.class")) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /** Most of its classes, for a few may have been left out; a jar without any has natives, and those are ours. */
    private boolean isInAssembly(Path jar) throws IOException {
        Set<String> classes = classes(jar);
        long packed = classes.stream().filter(assemblyClasses::contains).count();
        return packed * 2 >= classes.size();
    }

    private static List<String> launcherClassPath() throws IOException {
        for (String line : Files.readAllLines(argumentFile())) {
            if (line.startsWith("-cp ")) {
                return List.of(line.substring("-cp ".length()).replace("\"", "").split(File.pathSeparator, -1));
            }
        }
        throw new IllegalStateException("no class path in " + argumentFile());
    }

    private static List<String> moduleFlags() throws IOException {
        return List.of(Files.readAllLines(argumentFile()).get(0).split(" ", -1));
    }

    private static Path argumentFile() {
        return Path.of(System.getProperty("lockstep.root"), "spark-runner", "target", "launch", "java-arguments");
    }
}
