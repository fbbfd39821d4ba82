package dev.lockstep.spark.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The index leads to every page beside it. */
final class IndexCheck implements PageCheck {
    static final String INDEX = "docs/README.md";

    private final Path root;

    IndexCheck(Path root) {
        this.root = root;
    }

    @Override
    public List<String> findings(Page page) {
        if (!page.name().equals(INDEX)) {
            return List.of();
        }
        Set<String> linked = page.links().stream()
                .map(link -> link.text().replaceFirst("#.*", ""))
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(root.resolve(INDEX).getParent())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".md") && !INDEX.endsWith(name) && !linked.contains(name))
                    .sorted()
                    .map(name -> page.at(1, "the index does not lead to " + name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
