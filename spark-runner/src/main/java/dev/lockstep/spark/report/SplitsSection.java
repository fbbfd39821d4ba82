package dev.lockstep.spark.report;

import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How many samples of each class are trained on, validated with and tested with. */
final class SplitsSection {
    private static final List<String> ROLES = List.of("train", "validation", "test");
    private static final int MOST_CLASSES = 100;
    private static final double UNEVEN = 2;

    private SplitsSection() {}

    static Optional<DomContent> of(RunRecord run) {
        JsonNode event = run.last("splits");
        List<String> roles = ROLES.stream()
                .filter(role -> event.path(role).path("samples").asLong() > 0)
                .toList();
        if (roles.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
        roles.forEach(role -> counts.put(role, classCounts(run, event.path(role).path("class_counts"))));
        List<DomContent> content = new ArrayList<>();
        content.add(Page.wide(tableOf(event, roles, counts)));
        imbalance(counts.getOrDefault(roles.get(0), Map.of())).ifPresent(content::add);
        return Optional.of(Page.section("Split balance", content));
    }

    private static Map<String, Long> classCounts(RunRecord run, JsonNode counts) {
        Map<String, Long> named = new LinkedHashMap<>();
        if (counts.isArray()) {
            for (int i = 0; i < counts.size(); i++) {
                named.put(run.className(i), counts.get(i).asLong());
            }
        } else {
            counts.fields()
                    .forEachRemaining(
                            field -> named.put(field.getKey(), field.getValue().asLong()));
        }
        return named;
    }

    private static DomContent tableOf(JsonNode event, List<String> roles, Map<String, Map<String, Long>> counts) {
        TrTag head = tr().with(th(""));
        TrTag all = tr().withClass("sum").with(th("all").attr("scope", "row"));
        for (String role : roles) {
            head.with(th(role));
            all.with(td(Page.count(event.path(role).path("samples").asLong())));
        }
        List<DomContent> rows = new ArrayList<>();
        List<String> classes = counts.values().stream()
                .flatMap(of -> of.keySet().stream())
                .distinct()
                .limit(MOST_CLASSES)
                .toList();
        for (String name : classes) {
            TrTag row = tr().with(th(name).attr("scope", "row"));
            for (String role : roles) {
                row.with(cell(
                        counts.getOrDefault(role, Map.of()).getOrDefault(name, 0L),
                        event.path(role).path("samples").asLong()));
            }
            rows.add(row);
        }
        rows.add(all);
        return table().with(thead().with(head), tbody().with(rows));
    }

    private static DomContent cell(long count, long of) {
        double share = of == 0 ? 0 : (double) count / of;
        return td().withClass("share")
                .with(span(Page.count(count)), span(Page.percent(share)).withClass("note"), SpeedSection.bar(share));
    }

    private static Optional<DomContent> imbalance(Map<String, Long> counts) {
        long largest = counts.values().stream().mapToLong(Long::longValue).max().orElse(0);
        long smallest =
                counts.values().stream().mapToLong(Long::longValue).min().orElse(0);
        if (smallest == 0 || largest < UNEVEN * smallest) {
            return Optional.empty();
        }
        return Optional.of(p(String.format(
                Locale.ROOT,
                "The largest class has %.1f times the training samples of the smallest: the accuracy says little about"
                        + " the small ones; look at their recall.",
                (double) largest / smallest)));
    }
}
