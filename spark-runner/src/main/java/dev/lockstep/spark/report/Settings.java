package dev.lockstep.spark.report;

import static j2html.TagCreator.each;
import static j2html.TagCreator.p;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import com.fasterxml.jackson.databind.JsonNode;
import j2html.tags.DomContent;
import j2html.tags.specialized.TrTag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** In what the jobs of several runs differ. */
final class Settings {
    private static final int MOST_ROWS = 80;

    private Settings() {}

    /** A row for each key whose value is not the same in all jobs; the name apart, which is each run's own. */
    static Optional<DomContent> differing(List<RunRecord> runs, List<String> names) {
        List<Map<String, String>> all =
                runs.stream().map(run -> flat(run.job())).toList();
        Set<String> keys = new LinkedHashSet<>();
        all.forEach(settings -> keys.addAll(settings.keySet()));
        List<String> differing = keys.stream()
                .filter(key -> !key.equals("name"))
                .filter(key -> all.stream()
                                .map(settings -> settings.getOrDefault(key, ""))
                                .distinct()
                                .count()
                        > 1)
                .toList();
        if (differing.isEmpty()) {
            return Optional.empty();
        }
        List<DomContent> content = new ArrayList<>();
        TrTag head = tr().with(th("key")).with(each(names, name -> th(name)));
        content.add(Page.wide(table().withClass("text")
                .with(
                        thead().with(head),
                        tbody().with(each(differing.subList(0, Math.min(MOST_ROWS, differing.size())), key -> tr().with(
                                        th(key).attr("scope", "row"))
                                .with(each(all, settings -> td(settings.getOrDefault(key, "–")))))))));
        if (differing.size() > MOST_ROWS) {
            content.add(p("and " + (differing.size() - MOST_ROWS) + " more"));
        }
        return Optional.of(Page.section("Settings that differ", content));
    }

    private static Map<String, String> flat(JsonNode job) {
        Map<String, String> leaves = new LinkedHashMap<>();
        flatten("", job, leaves);
        return leaves;
    }

    private static void flatten(String path, JsonNode node, Map<String, String> leaves) {
        String prefix = path.isEmpty() ? "" : path + ".";
        if (node.isObject()) {
            node.fields().forEachRemaining(field -> flatten(prefix + field.getKey(), field.getValue(), leaves));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(prefix + i, node.get(i), leaves);
            }
        } else if (!node.isNull() && !node.isMissingNode()) {
            leaves.put(path, node.asText());
        }
    }
}
