package dev.lockstep.spark.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was seen of the labels of some rows.
 *
 * @param rows how many labels were looked at
 * @param words single labels that are no numbers
 * @param whole whether all are class numbers
 * @param classes rows of each class, while they are whole
 * @param names the different texts of single labels that are words, up to a number of them
 * @param oneHot labels of several values of which exactly one is 1 and the others 0
 * @param zerosAndOnes whether no value is anything else
 * @param ones how often each value of a one-hot label is the 1
 */
record LabelCounts(
        int rows,
        int words,
        boolean whole,
        SortedMap<Integer, Long> classes,
        SortedMap<String, Long> names,
        int oneHot,
        boolean zerosAndOnes,
        List<Long> ones) {
    /** What was seen in all partitions together. */
    static LabelCounts sum(List<TablePartition> partitions) {
        int rows = 0;
        int words = 0;
        boolean whole = true;
        SortedMap<Integer, Long> classes = new TreeMap<>();
        SortedMap<String, Long> names = new TreeMap<>();
        int oneHot = 0;
        boolean zerosAndOnes = true;
        List<Long> ones = new ArrayList<>();
        for (TablePartition partition : partitions) {
            LabelCounts part = partition.labels();
            rows += part.rows;
            words += part.words;
            whole &= part.whole;
            part.classes.forEach((label, count) -> classes.merge(label, count, Long::sum));
            part.names.forEach((name, count) -> names.merge(name, count, Long::sum));
            oneHot += part.oneHot;
            zerosAndOnes &= part.zerosAndOnes;
            for (int i = 0; i < part.ones.size(); i++) {
                if (i == ones.size()) {
                    ones.add(0L);
                }
                ones.set(i, ones.get(i) + part.ones.get(i));
            }
        }
        return new LabelCounts(rows, words, whole, classes, names, oneHot, zerosAndOnes, ones);
    }

    /** Rows of each class from 0 to the largest that occurs, and to {@code least} classes at the least. */
    List<Long> classCounts(int least) {
        List<Long> counts = new ArrayList<>();
        int largest = classes.isEmpty() ? -1 : classes.lastKey();
        for (int label = 0; label <= Math.max(largest, least - 1); label++) {
            counts.add(classes.getOrDefault(label, 0L));
        }
        return counts;
    }
}
