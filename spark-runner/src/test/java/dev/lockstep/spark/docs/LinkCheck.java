package dev.lockstep.spark.docs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every relative link leads to a file of the repository, and to a heading of it where it names one. So does every page
 * that is named in the text. Links to other hosts are not followed.
 */
final class LinkCheck implements PageCheck {
    private static final Pattern ELSEWHERE = Pattern.compile("(https?|mailto):.*");
    private static final Pattern NAMED_PAGE = Pattern.compile("(?<![\\w/.:])docs/[\\w./-]+\\.md");

    private final Path root;

    LinkCheck(Path root) {
        this.root = root;
    }

    @Override
    public List<String> findings(Page page) {
        List<String> findings = new ArrayList<>();
        for (Page.Passage link : page.links()) {
            String objection = ELSEWHERE.matcher(link.text()).matches() ? "" : objection(page, link.text());
            if (!objection.isEmpty()) {
                findings.add(page.at(link.line(), "the link " + link.text() + " " + objection));
            }
        }
        List<String> lines = page.lines();
        for (int i = 0; i < lines.size(); i++) {
            Matcher named = NAMED_PAGE.matcher(lines.get(i));
            while (named.find()) {
                if (!Files.isRegularFile(root.resolve(named.group()))) {
                    findings.add(page.at(i + 1, "there is no page " + named.group()));
                }
            }
        }
        return findings;
    }

    private String objection(Page page, String target) {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        String anchor = hash < 0 ? "" : target.substring(hash + 1);
        Path here = root.resolve(page.name());
        Path there = file.isEmpty() ? here : here.resolveSibling(file).normalize();
        if (file.startsWith("/") || !there.startsWith(root)) {
            return "leaves the repository";
        }
        if (!file.isEmpty() && !Files.exists(there)) {
            return "leads nowhere";
        }
        if (anchor.isEmpty()) {
            return "";
        }
        if (!there.toString().endsWith(".md")) {
            return "names a heading of something that is no page";
        }
        Page linked = file.isEmpty() ? page : Page.of(root, there);
        return linked.anchors().contains(anchor) ? "" : "names a heading that is not there";
    }
}
