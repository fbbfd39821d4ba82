package dev.lockstep.core.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code scripts/fuzz}: one target after the other in a JVM of its own, under Jazzer. */
public final class FuzzCommand {
    private static final String USAGE =
            """
            usage: scripts/fuzz [--seconds N] [TARGET]...

            Feeds damaged inputs to the readers of files and messages, guided by coverage (Jazzer), each target for N
            seconds (60) in a JVM of its own; without a TARGET all of them. What a target does wrong is left as
            target/fuzz/TARGET/findings/crash-*: put such a file into MODULE/src/test/resources/fuzz/TARGET, where
            ./mvnw verify reads it for ever after. The corpus is kept in target/fuzz/TARGET/corpus.

            Exit code 1 when something was found, 2 for a mistake in the command line.

            Targets: """;
    private static final String INSTRUMENTED =
            "dev.lockstep.**:org.snakeyaml.engine.**:io.jhdf.**:com.fasterxml.jackson.core.**";
    private static final int SECONDS_TO_START_AND_END = 300;
    private static final int MOST_BYTES = 1 << 16;
    private static final int MOST_FINDINGS = 20;
    private static final Pattern EXECUTIONS = Pattern.compile("stat::number_of_executed_units: *(\\d+)");
    private static final Pattern COVERAGE = Pattern.compile(" cov: (\\d+)");

    private final Path root;
    private final int seconds;

    private FuzzCommand(Path root, int seconds) {
        this.root = root;
        this.seconds = seconds;
    }

    /** Runs the command line. */
    public static void main(String[] arguments) throws Exception {
        List<String> all = ServiceLoader.load(FuzzTarget.class).stream()
                .map(ServiceLoader.Provider::get)
                .map(FuzzTarget::name)
                .sorted()
                .toList();
        List<String> chosen = new ArrayList<>();
        int seconds = 60;
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--help") || argument.equals("-h")) {
                System.out.println(USAGE + String.join(", ", all));
                return;
            } else if (argument.equals("--seconds")
                    && i + 1 < arguments.length
                    && arguments[i + 1].matches("[1-9]\\d{0,6}")) {
                seconds = Integer.parseInt(arguments[++i]);
            } else if (all.contains(argument)) {
                chosen.add(argument);
            } else {
                System.err.println("fuzz: \"" + argument + "\" is neither an option nor a target\n" + USAGE
                        + String.join(", ", all));
                System.exit(2);
            }
        }
        FuzzCommand command = new FuzzCommand(Path.of(System.getProperty("lockstep.root", ".")), seconds);
        boolean found = false;
        for (String target : chosen.isEmpty() ? all : chosen) {
            found |= command.fuzz(FuzzEntry.named(target));
        }
        System.exit(found ? 1 : 0);
    }

    /** Whether something was found. */
    private boolean fuzz(FuzzTarget target) throws Exception {
        Path folder = root.resolve("target/fuzz").resolve(target.name());
        Path seeds = Files.createDirectories(folder.resolve("seeds"));
        Path corpus = Files.createDirectories(folder.resolve("corpus"));
        Path findings = Files.createDirectories(folder.resolve("findings"));
        int number = 0;
        for (byte[] seed : target.seeds()) {
            Files.write(seeds.resolve("seed-" + number++), seed);
        }
        Path dictionary = Files.writeString(folder.resolve("words"), dictionary(target));
        Path log = folder.resolve("log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzEntry.class.getName(),
                "--target_args=" + target.name(),
                "--instrumentation_includes=" + INSTRUMENTED,
                "--instrumentation_excludes=dev.lockstep.core.fuzz.**",
                "--keep_going=" + MOST_FINDINGS,
                "--reproducer_path=" + findings,
                "-artifact_prefix=" + findings + "/",
                "-max_total_time=" + seconds,
                "-max_len=" + MOST_BYTES,
                "-timeout=20",
                "-rss_limit_mb=3000",
                "-print_final_stats=1",
                corpus.toString(),
                seeds.toString()));
        if (Files.size(dictionary) > 0) {
            command.add("-dict=" + dictionary);
        }
        try (Stream<Path> modules = Files.list(root)) {
            modules.map(module -> module.resolve("src/test/resources/fuzz").resolve(target.name()))
                    .filter(Files::isDirectory)
                    .forEach(known -> command.add(known.toString()));
        }
        run(command, log);
        return told(target, log, findings);
    }

    private void run(List<String> command, Path log) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor((long) seconds + SECONDS_TO_START_AND_END, TimeUnit.SECONDS)) {
                System.err.println("fuzz: it did not end; see " + log);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean told(FuzzTarget target, Path log, Path findings) throws IOException {
        String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        long crashes;
        try (Stream<Path> files = Files.list(findings)) {
            crashes = files.filter(file -> String.valueOf(file.getFileName()).matches("(crash|timeout|oom|slow)-.*"))
                    .count();
        }
        System.out.printf(
                Locale.ROOT,
                "%-18s %12s executions, coverage %s, %d findings%n",
                target.name(),
                last(EXECUTIONS, text),
                last(COVERAGE, text),
                crashes);
        return crashes > 0;
    }

    private static String last(Pattern pattern, String text) {
        String found = "?";
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            found = matcher.group(1);
        }
        return found;
    }

    private static String dictionary(FuzzTarget target) {
        StringBuilder lines = new StringBuilder();
        for (String word : target.words()) {
            StringBuilder line = new StringBuilder("\"");
            for (byte value : word.getBytes(StandardCharsets.UTF_8)) {
                line.append(String.format(Locale.ROOT, "\\x%02X", value));
            }
            // libFuzzer takes no longer ones.
            if (word.length() > 0 && word.length() <= 60) {
                lines.append(line).append("\"\n");
            }
        }
        return lines.toString();
    }
}
