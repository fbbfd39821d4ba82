package dev.lockstep.spark.report;

import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;
import static j2html.TagCreator.ul;

import com.fasterxml.jackson.databind.JsonNode;
import j2html.tags.DomContent;
import j2html.tags.specialized.TrTag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which classes were taken for which. */
final class ConfusionSection {
    private static final int MOST_CLASSES = 40;
    private static final int MOST_CONFUSIONS = 8;

    /** A cell without a colour is none, however pale it would be. */
    private static final double PALEST = 0.06;

    private final RunRecord run;
    private final long[][] counts;

    /**
     * A confusion.
     *
     * @param actual class
     * @param predicted class
     * @param count how often
     */
    private record Confusion(int actual, int predicted, long count) {}

    private ConfusionSection(RunRecord run, long[][] counts) {
        this.run = run;
        this.counts = counts;
    }

    static Optional<DomContent> of(RunRecord run) {
        long[][] counts = read(run.judged().path("confusion_matrix"));
        if (counts.length < 2) {
            return Optional.empty();
        }
        ConfusionSection section = new ConfusionSection(run, counts);
        List<DomContent> content = new ArrayList<>();
        if (counts.length <= MOST_CLASSES) {
            content.add(Page.wide(section.matrix()));
            content.add(
                    p("Row: true class; column: predicted class. The stronger the colour, the larger the share of the"
                                    + " row.")
                            .withClass("note"));
        } else {
            content.add(p("A matrix of " + counts.length + " classes is not shown; result.json has it."));
        }
        List<Confusion> confusions = section.confusions();
        if (!confusions.isEmpty()) {
            content.add(p("Taken for another most often:"));
            content.add(ul().with(confusions.stream()
                    .map(confusion -> li(run.className(confusion.actual()) + " for "
                            + run.className(confusion.predicted()) + ": " + Page.count(confusion.count())
                            + (confusion.count() == 1 ? " time" : " times")))
                    .toList()));
        }
        return Optional.of(Page.section("Confusion matrix, " + run.judgedName() + " samples", content));
    }

    private static long[][] read(JsonNode matrix) {
        long[][] counts = new long[matrix.size()][matrix.size()];
        for (int row = 0; row < counts.length; row++) {
            for (int column = 0; column < counts.length; column++) {
                counts[row][column] = matrix.get(row).path(column).asLong();
            }
        }
        return counts;
    }

    private DomContent matrix() {
        TrTag head = tr().with(th("true class").attr("scope", "col"));
        for (int column = 0; column < counts.length; column++) {
            head.with(th(run.className(column)).attr("scope", "col"));
        }
        head.with(th("recall").attr("scope", "col"), th("samples").attr("scope", "col"));
        List<DomContent> rows = new ArrayList<>();
        for (int row = 0; row < counts.length; row++) {
            rows.add(row(row));
        }
        rows.add(precisions());
        return table().withClass("matrix")
                .attr("aria-label", "confusion matrix")
                .with(thead().with(head), tbody().with(rows));
    }

    private DomContent row(int actual) {
        long samples = ofRow(actual);
        TrTag row = tr().with(th(run.className(actual)).attr("scope", "row"));
        for (int predicted = 0; predicted < counts.length; predicted++) {
            long count = counts[actual][predicted];
            double share = samples == 0 || count == 0 ? 0 : Math.max(PALEST, (double) count / samples);
            row.with(td(count == 0 ? "·" : Page.count(count))
                    .withClass(actual == predicted ? "right" : "wrong")
                    .withStyle(String.format(Locale.ROOT, "--share: %.2f", share))
                    .withTitle(run.className(actual) + " predicted as " + run.className(predicted) + ": " + count));
        }
        return row.with(td(share(counts[actual][actual], samples)), td(Page.count(samples)));
    }

    private DomContent precisions() {
        TrTag row = tr().withClass("sum").with(th("precision").attr("scope", "row"));
        long right = 0;
        long all = 0;
        for (int predicted = 0; predicted < counts.length; predicted++) {
            row.with(td(share(counts[predicted][predicted], ofColumn(predicted))));
            right += counts[predicted][predicted];
            all += ofRow(predicted);
        }
        return row.with(td(share(right, all)).withTitle("accuracy"), td(Page.count(all)));
    }

    private static String share(long part, long of) {
        return of == 0 ? "–" : String.format(Locale.ROOT, "%.3f", (double) part / of);
    }

    private long ofRow(int actual) {
        long sum = 0;
        for (long count : counts[actual]) {
            sum += count;
        }
        return sum;
    }

    private long ofColumn(int predicted) {
        long sum = 0;
        for (long[] row : counts) {
            sum += row[predicted];
        }
        return sum;
    }

    private List<Confusion> confusions() {
        List<Confusion> found = new ArrayList<>();
        for (int actual = 0; actual < counts.length; actual++) {
            for (int predicted = 0; predicted < counts.length; predicted++) {
                if (actual != predicted && counts[actual][predicted] > 0) {
                    found.add(new Confusion(actual, predicted, counts[actual][predicted]));
                }
            }
        }
        return found.stream()
                .sorted(Comparator.comparingLong(Confusion::count).reversed())
                .limit(MOST_CONFUSIONS)
                .toList();
    }
}
