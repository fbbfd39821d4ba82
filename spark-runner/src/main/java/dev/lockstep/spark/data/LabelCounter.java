package dev.lockstep.spark.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** Looks at labels one after the other: to find out how they are told, or to count their classes where that is known. */
final class LabelCounter {
    private final LabelReader rule;
    private final SortedMap<Integer, Long> classes = new TreeMap<>();
    private final SortedMap<String, Long> names = new TreeMap<>();
    private final List<Long> ones;
    private int rows;
    private int words;
    private int oneHot;
    private boolean whole = true;
    private boolean zerosAndOnes = true;

    LabelCounter(LabelReader rule) {
        this.rule = rule;
        this.ones = new ArrayList<>(Collections.nCopies(rule.isSingle() ? 0 : rule.width(), 0L));
    }

    /** Looks at the label of a row. */
    void add(Row row) {
        if (rule.form() != null) {
            float first = rule.packed(row, 1)[0];
            if (rule.form().isClasses()) {
                classes.merge((int) first, 1L, Long::sum);
            }
        } else if (rule.isSingle()) {
            addSingle(row);
        } else {
            addSeveral(rule.values(row));
        }
        rows++;
    }

    private void addSingle(Row row) {
        String word = rule.word(row);
        boolean isNumber = !(row.get(rule.positions()[0]) instanceof String) || TableCells.parse(word) != null;
        if (!isNumber) {
            words++;
            whole = false;
            if (names.size() <= LabelReader.LARGEST_CLASS || names.containsKey(word)) {
                names.merge(word, 1L, Long::sum);
            }
            return;
        }
        double value = rule.values(row)[0];
        whole &= LabelReader.isClass(value);
        if (whole) {
            classes.merge((int) value, 1L, Long::sum);
        }
    }

    private void addSeveral(double[] values) {
        whole = false;
        if (LabelReader.isOneHot(values)) {
            oneHot++;
            for (int i = 0; i < values.length; i++) {
                ones.set(i, ones.get(i) + (long) values[i]);
            }
            return;
        }
        for (double value : values) {
            zerosAndOnes &= value == 0 || value == 1;
        }
    }

    /** What was seen. */
    LabelCounts counts() {
        return new LabelCounts(
                rows,
                words,
                whole,
                whole || rule.form() != null ? classes : new TreeMap<>(),
                names,
                oneHot,
                zerosAndOnes,
                ones);
    }
}
