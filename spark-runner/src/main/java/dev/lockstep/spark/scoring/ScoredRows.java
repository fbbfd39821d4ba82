package dev.lockstep.spark.scoring;

import dev.lockstep.core.data.FeatureEncoding;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.spark.data.BadRowException;
import dev.lockstep.spark.data.UnusableRowException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** The rows of a partition with their predictions, in their order; a batch of them is in memory at a time. */
final class ScoredRows implements Iterator<Row> {
    private static final int BAD = -1;

    private final RowScoring scoring;
    private final Iterator<Row> rows;
    private final ModelScorer scorer;
    private final RowFeatures.Reader reader;
    private final FeatureEncoding encoding;
    private final ByteBuffer features;
    private final @Nullable Row[] batchRows;
    private final @Nullable String[] problems;
    private final int[] samples;
    private final int width;
    private float[] outputs = new float[0];
    private int count;
    private int next;
    private long rowsBefore;

    ScoredRows(RowScoring scoring, Iterator<Row> rows, ModelScorer scorer) {
        this.scoring = scoring;
        this.rows = rows;
        this.scorer = scorer;
        this.reader = scoring.features().reader();
        this.encoding = new FeatureEncoding(scoring.features().type(), scoring.scale());
        this.features = buffer(scorer.batch(), encoding);
        this.batchRows = new Row[scorer.batchSize()];
        this.problems = new String[scorer.batchSize()];
        this.samples = new int[scorer.batchSize()];
        this.width = scoring.kept().length + scoring.columns().schema().size();
    }

    private static ByteBuffer buffer(MiniBatch batch, FeatureEncoding encoding) {
        batch.resize(0);
        batch.useRaw(encoding);
        return batch.rawFeatures();
    }

    @Override
    public boolean hasNext() {
        if (next == count && rows.hasNext()) {
            score();
        }
        return next < count;
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return scored(next++);
    }

    private void score() {
        long began = System.nanoTime();
        int good = read();
        long read = System.nanoTime();
        MiniBatch batch = scorer.batch();
        batch.resize(good);
        batch.useRaw(encoding);
        outputs = scorer.scoreBatch();
        ScoringTally tally = scoring.tally();
        if (tally != null) {
            tally.add(count, count - good, read - began, System.nanoTime() - read);
        }
    }

    /** Fills a batch; gives how many rows of it can be used. */
    private int read() {
        rowsBefore += count;
        count = 0;
        next = 0;
        int good = 0;
        while (count < batchRows.length && rows.hasNext()) {
            Row row = rows.next();
            batchRows[count] = row;
            problems[count] = null;
            try {
                reader.read(row, features, good);
                samples[count] = good++;
            } catch (BadRowException bad) {
                if (scoring.badRows() == BadRows.FAIL) {
                    throw UnusableRowException.inTask(rowsBefore + count, bad);
                }
                problems[count] = UnusableRowException.problem(bad);
                samples[count] = BAD;
            }
            count++;
        }
        return good;
    }

    private Row scored(int number) {
        Row row = batchRows[number];
        if (row == null) {
            throw new NoSuchElementException();
        }
        @Nullable Object[] cells = new Object[width];
        int[] kept = scoring.kept();
        for (int i = 0; i < kept.length; i++) {
            cells[i] = row.get(kept[i]);
        }
        if (samples[number] != BAD) {
            scoring.columns().put(outputs, samples[number] * scorer.outputs(), cells, kept.length);
        }
        if (scoring.columns().withProblems()) {
            cells[width - 1] = problems[number];
        }
        return RowFactory.create(cells);
    }
}
