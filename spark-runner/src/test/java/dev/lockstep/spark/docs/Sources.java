package dev.lockstep.spark.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The sources of all modules and the scripts, as far as pages speak of them. */
final class Sources {
    private static final Pattern JOINED_LITERALS = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");

    private final Path root;
    private final Map<Path, String> main = new HashMap<>();
    private final Map<Path, String> tests = new HashMap<>();
    private final Map<Path, String> scripts = new HashMap<>();
    private final String literals;

    Sources(Path root) {
        this.root = root;
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .toList()) {
                main.putAll(
                        read(module.resolve("src/main"), file -> file.toString().endsWith(".java")));
                tests.putAll(
                        read(module.resolve("src/test"), file -> file.toString().endsWith(".java")));
            }
            scripts.putAll(
                    read(root.resolve("scripts"), file -> !file.toString().endsWith(".jar")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        literals = literals();
    }

    private static Map<Path, String> read(Path folder, Predicate<Path> wanted) throws IOException {
        Map<Path, String> texts = new HashMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.filter(Files::isRegularFile).filter(wanted).toList()) {
                    texts.put(file, Files.readString(file));
                }
            }
        }
        return texts;
    }

    /** A line for each text between quotes, those that are joined by a plus sign as one. */
    private String literals() {
        List<String> found = new ArrayList<>();
        for (String text : main.values()) {
            // A quotation mark as a character would turn inside and outside round for the rest of its line.
            String whole = JOINED_LITERALS.matcher(text.replace("'\"'", "''")).replaceAll("");
            Matcher literal = LITERAL.matcher(whole);
            while (literal.find()) {
                found.add(literal.group(1).replace("\\\"", "\"").replace("\\n", " "));
            }
        }
        found.addAll(scripts.values());
        return String.join("\n", found);
    }

    /** Whether something that is said stands between quotes in a program, or in a script. */
    boolean says(String fragment) {
        return literals.contains(fragment);
    }

    /** Whether a word stands anywhere in programs, scripts or tests. */
    boolean mentions(String word) {
        Pattern whole = Pattern.compile("(?<![\\w-])" + Pattern.quote(word) + "(?![\\w-])");
        return Stream.of(scripts, main, tests)
                .flatMap(texts -> texts.values().stream())
                .anyMatch(text -> whole.matcher(text).find());
    }

    /** The text of the class of a test, or of what belongs to tests; empty where there is none. */
    Optional<String> test(String className) {
        return tests.entrySet().stream()
                .filter(entry -> entry.getKey().getFileName().toString().equals(className + ".java"))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The text of a class of the programs; empty where there is none. */
    Optional<String> program(String className) {
        return main.entrySet().stream()
                .filter(entry -> entry.getKey().getFileName().toString().equals(className + ".java"))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Whether a name below {@code dev.lockstep}, or the whole one, is that of a package or a class. */
    boolean hasPackageOrClass(String dotted) {
        String below = dotted.replaceFirst("^dev\\.lockstep\\.", "").replace('.', '/');
        return Stream.of("core", "cluster", "spark-runner", "cuda", "bench", "sandbox")
                .flatMap(module -> Stream.of("main", "test")
                        .map(part -> root.resolve(module).resolve("src/" + part + "/java/dev/lockstep/" + below)))
                .anyMatch(path -> Files.isDirectory(path) || Files.exists(Path.of(path + ".java")));
    }

    /** The names of the scripts. */
    Set<String> scriptNames() {
        Set<String> names = new TreeSet<>();
        scripts.keySet().forEach(script -> names.add(script.getFileName().toString()));
        return names;
    }
}
