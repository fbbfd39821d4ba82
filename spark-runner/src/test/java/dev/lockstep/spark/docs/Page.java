package dev.lockstep.spark.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/** A page of the documentation, read as CommonMark. */
final class Page {
    /**
     * Something on the page.
     *
     * @param line from 1
     * @param text of it
     */
    record Passage(int line, String text) {}

    /**
     * A block of code.
     *
     * @param line of its first line of code, from 1
     * @param info what stands behind the opening fence; empty for an indented block
     * @param section the heading above it
     * @param text of it
     */
    record Block(int line, String info, String section, String text) {}

    private static final Parser PARSER = Parser.builder()
            .includeSourceSpans(IncludeSourceSpans.BLOCKS_AND_INLINES)
            .build();

    private final String name;
    private final String text;
    private final List<Passage> links = new ArrayList<>();
    private final List<Passage> codes = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final Set<String> anchors = new LinkedHashSet<>();

    /**
     * Reads a page.
     *
     * @param name its path in the repository, such as {@code docs/faults.md}
     */
    Page(String name, String text) {
        this.name = name;
        this.text = text;
        PARSER.parse(text).accept(new Collector());
    }

    /** Reads the page of a file. */
    static Page of(Path root, Path file) {
        try {
            return new Page(root.relativize(file).toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its path in the repository. */
    String name() {
        return name;
    }

    /** All of it. */
    String text() {
        return text;
    }

    /** Its lines, the first one at 0. */
    List<String> lines() {
        return text.lines().toList();
    }

    /** The targets of its links and images. */
    List<Passage> links() {
        return links;
    }

    /** What stands between backticks in its text, on one line. */
    List<Passage> codes() {
        return codes;
    }

    /** Its blocks of code. */
    List<Block> blocks() {
        return blocks;
    }

    /** The names by which its headings can be linked to, as GitHub makes them. */
    Set<String> anchors() {
        return anchors;
    }

    /** A finding: where, and what. */
    String at(int line, String what) {
        return name + ":" + line + ": " + what;
    }

    private static int lineOf(Node node) {
        for (Node place = node; place != null; place = place.getParent()) {
            if (!place.getSourceSpans().isEmpty()) {
                return place.getSourceSpans().get(0).getLineIndex() + 1;
            }
        }
        return 1;
    }

    private final class Collector extends AbstractVisitor {
        private final Map<String, Integer> seen = new HashMap<>();
        private String section = "";

        @Override
        public void visit(Heading heading) {
            TextOf title = new TextOf();
            heading.accept(title);
            section = title.text.toString();
            String anchor = section.toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            int earlier = seen.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(earlier == 0 ? anchor : anchor + "-" + earlier);
            visitChildren(heading);
        }

        @Override
        public void visit(Link link) {
            links.add(new Passage(lineOf(link), link.getDestination()));
            visitChildren(link);
        }

        @Override
        public void visit(Image image) {
            links.add(new Passage(lineOf(image), image.getDestination()));
        }

        @Override
        public void visit(Code code) {
            codes.add(new Passage(lineOf(code), code.getLiteral().replaceAll("\\s+", " ")));
        }

        @Override
        public void visit(FencedCodeBlock block) {
            String info = block.getInfo() == null ? "" : block.getInfo().strip();
            blocks.add(new Block(lineOf(block) + 1, info, section, block.getLiteral()));
        }

        @Override
        public void visit(IndentedCodeBlock block) {
            blocks.add(new Block(lineOf(block), "", section, block.getLiteral()));
        }
    }

    /** What a person reads of a node. */
    private static final class TextOf extends AbstractVisitor {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void visit(Text part) {
            text.append(part.getLiteral());
        }

        @Override
        public void visit(Code part) {
            text.append(part.getLiteral());
        }

        @Override
        public void visit(SoftLineBreak part) {
            text.append(' ');
        }

        @Override
        public void visit(HardLineBreak part) {
            text.append(' ');
        }
    }
}
