package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.FeatureEncoding;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FittedColumn;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** What the lines of CSV files tell without Spark: how many there are, and how many categories. */
final class CsvSamples {
    private final CsvData data;
    private final TableLayout layout;
    private final Map<Integer, Set<String>> categories = new TreeMap<>();
    private int rows;

    private CsvSamples(CsvData data, TableLayout layout) {
        this.data = data;
        this.layout = layout;
        for (int i = 0; i < layout.columns().features().size(); i++) {
            if (layout.columns().features().get(i).kind() == ColumnKind.TEXT) {
                categories.put(layout.columns().positions()[i], new HashSet<>());
            }
        }
    }

    /** The layout; the files are read where rows or categories have to be counted. */
    static SampleLayout layout(CsvData data, @Nullable Integer knownSamples, Configuration configuration) {
        List<Path> files = TableFiles.paths(data, data.train(), configuration);
        CsvSamples samples = new CsvSamples(
                data,
                TableLayout.ofTraining(
                        data,
                        CsvSource.columns(files, data, configuration),
                        position -> 1,
                        files.get(0).toString()));
        if (knownSamples == null || !samples.categories.isEmpty()) {
            files.forEach(file -> samples.count(file, configuration));
        }
        return new SampleLayout(
                Shape.of(samples.width()),
                new FeatureEncoding(ElementType.F32, data.scale()),
                knownSamples == null ? samples.rows : knownSamples);
    }

    private void count(Path file, Configuration configuration) {
        try (CsvLines lines = new CsvLines(file, data, configuration)) {
            @Nullable String @Nullable [] cells = lines.next();
            if (data.header() && cells != null) {
                cells = lines.next();
            }
            for (; cells != null; cells = lines.next()) {
                rows = Math.addExact(rows, 1);
                addCategories(cells);
            }
        }
    }

    private void addCategories(@Nullable String[] cells) {
        categories.forEach((position, seen) -> {
            String cell = position < cells.length ? cells[position] : null;
            if (cell != null && !layout.columns().cells().isMissing(cell.strip())) {
                seen.add(cell.strip());
            }
        });
    }

    private int width() {
        int numbers = (int) layout.columns().features().stream()
                .map(FittedColumn::kind)
                .filter(kind -> kind == ColumnKind.NUMBER)
                .count();
        return numbers + categories.values().stream().mapToInt(Set::size).sum();
    }
}
