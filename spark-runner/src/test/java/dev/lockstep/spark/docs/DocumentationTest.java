package dev.lockstep.spark.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spark.cli.CommandLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All pages, held against the code. What each check can find, {@link PageChecksTest} shows. */
class DocumentationTest {
    static final Path ROOT = Path.of(System.getProperty("lockstep.root"));

    /** All checks, under the names that test reports show. */
    static final Map<String, PageCheck> CHECKS = checks();

    private static Map<String, PageCheck> checks() {
        Sources sources = new Sources(ROOT);
        Map<Integer, String> firstWords = new TreeMap<>();
        CommandLines.exitCodes().forEach((code, meaning) -> firstWords.put(code, meaning.split("[ ,;]", 2)[0]));
        Map<String, PageCheck> checks = new LinkedHashMap<>();
        checks.put("links and anchors", new LinkCheck(ROOT));
        checks.put("the index", new IndexCheck(ROOT));
        checks.put("jobs", new JobBlockCheck());
        checks.put("keys", new KeyCheck(sources));
        checks.put("commands", new CommandCheck(ROOT, sources));
        checks.put("environment variables", new VariableCheck(sources));
        checks.put("exit codes", new ExitCodeCheck(firstWords));
        checks.put("messages", new MessageCheck(sources));
        checks.put("keys of result.json", new ResultKeyCheck(sources));
        checks.put("names of tests", new TestNameCheck(sources));
        return checks;
    }

    static List<Page> pages() throws IOException {
        List<Path> files = new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")));
        try (Stream<Path> documents = Files.walk(ROOT.resolve("docs"))) {
            documents.filter(file -> file.toString().endsWith(".md")).sorted().forEach(files::add);
        }
        return files.stream().map(file -> Page.of(ROOT, file)).toList();
    }

    static Stream<String> namesOfChecks() {
        return CHECKS.keySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("namesOfChecks")
    void whatThePagesSayIsSo(String name) throws IOException {
        PageCheck check = Objects.requireNonNull(CHECKS.get(name));
        List<String> findings = new ArrayList<>();
        for (Page page : pages()) {
            findings.addAll(check.findings(page));
        }
        assertThat(findings).isEmpty();
    }
}
