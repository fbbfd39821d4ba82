package dev.lockstep.core.ledger;

import dev.lockstep.core.ledger.LedgerLine.Continues;
import dev.lockstep.core.ledger.LedgerLine.Ended;
import dev.lockstep.core.ledger.LedgerLine.LeftOut;
import dev.lockstep.core.ledger.LedgerLine.Used;
import dev.lockstep.core.ledger.LedgerReport.StepRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Proves from the notes of all ranks that every training sample was used exactly once in every finished epoch, or says
 * what speaks against it.
 *
 * <ol>
 *   <li>Of each step the notes of one generation count: of the last one that continued from an earlier step, up to where
 *       a later generation continues from.
 *   <li>For each step that counts every rank of its generation has noted something, and the positions cover the global
 *       batch without gap and without overlap. Then the steps of an epoch cover the permutation of the training samples.
 *   <li>For each finished epoch the hashes of what was read add up to that of the training samples.
 * </ol>
 */
public final class LedgerCheck {
    private static final Comparator<Used> BY_STEP =
            Comparator.comparingLong(Used::step).thenComparingInt(Used::from).thenComparingInt(Used::to);

    private final int samples;
    private final int batchSize;
    private final long seed;
    private final NavigableMap<LedgerEra, Continues> eras = new TreeMap<>();
    private final Map<LedgerEra, List<Used>> used = new HashMap<>();
    private final List<LeftOut> leftOut = new ArrayList<>();
    private final Map<LedgerEra, Long> ends = new HashMap<>();
    private final Offences offences = new Offences();
    private long notCounted;

    /**
     * A check of a run.
     *
     * @param samples training samples
     * @param batchSize global batch size
     * @param seed of the job
     */
    public LedgerCheck(int samples, int batchSize, long seed) {
        if (samples <= 0 || batchSize <= 0) {
            throw new IllegalArgumentException(
                    "expected samples and a batch size above 0, found " + samples + " and " + batchSize);
        }
        this.samples = samples;
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /** Takes a note; in any order. */
    public void add(LedgerLine line) {
        if (line instanceof Continues continues) {
            begin(continues);
        } else if (line instanceof Used use) {
            used.computeIfAbsent(use.era(), era -> new ArrayList<>()).add(use);
        } else if (line instanceof LeftOut out) {
            leftOut.add(out);
        } else if (line instanceof Ended end) {
            ends.merge(end.era(), end.step(), Math::max);
        }
    }

    /** Takes a line of a file that is no note. */
    public void addUnreadable(String where, String why) {
        offences.add(where + ": " + why);
    }

    private void begin(Continues continues) {
        Continues known = eras.putIfAbsent(continues.era(), continues);
        if (known != null && !known.equals(continues.at(continues.era(), known.rank(), continues.after()))) {
            offences.add("ranks " + known.rank() + " and " + continues.rank() + " do not agree on " + continues.era()
                    + ": " + known.toJson() + " and " + continues.toJson());
        } else if (known == null
                && (continues.samples() != samples || continues.batchSize() != batchSize || continues.seed() != seed)) {
            offences.add(continues.era() + " trained on " + continues.samples() + " samples, " + continues.batchSize()
                    + " a step, with seed " + continues.seed() + "; the run has " + samples + ", " + batchSize + " and "
                    + seed);
        }
    }

    /** The verdict on all notes; to be asked once. */
    public LedgerReport report() {
        for (LedgerEra era : used.keySet()) {
            if (!eras.containsKey(era)) {
                offences.add("notes of " + era + ", of which nobody has noted that it began");
            }
        }
        NavigableMap<Long, LedgerEra> lineage = new TreeMap<>();
        long last = lastCompleted();
        long below = last;
        for (Continues continues : eras.descendingMap().values()) {
            if (continues.after() < below) {
                lineage.put(continues.after() + 1, continues.era());
                below = continues.after();
            }
        }
        for (long step = 1; step <= below; step++) {
            offences.missingStep(step);
        }
        walk(lineage, last);
        int epochs = (int) (last / stepsPerEpoch());
        return new LedgerReport(
                offences.count() == 0,
                epochs,
                last,
                !eras.isEmpty() && ends.containsKey(eras.lastKey()),
                samples,
                eras.size(),
                notCounted,
                leftOutRanges(lineage, last),
                offences.shown(),
                offences.count());
    }

    /** What comes after it a killed run may have begun, but nobody knows whether it was completed. */
    private long lastCompleted() {
        Continues newest = eras.isEmpty() ? null : eras.get(eras.lastKey());
        if (newest == null) {
            offences.add("there are no notes");
            return 0;
        }
        Long end = ends.get(newest.era());
        if (end != null) {
            return end;
        }
        long noted = used.getOrDefault(newest.era(), List.of()).stream()
                .mapToLong(Used::step)
                .max()
                .orElse(0);
        return Math.max(newest.after(), noted - 1);
    }

    /** Looks at every step that counts, in order. */
    private void walk(NavigableMap<Long, LedgerEra> lineage, long last) {
        long counted = 0;
        long hash = 0;
        for (Map.Entry<Long, LedgerEra> stretch : lineage.entrySet()) {
            Long next = lineage.higherKey(stretch.getKey());
            long to = next == null ? last : next - 1;
            List<Used> notes = new ArrayList<>(used.getOrDefault(stretch.getValue(), List.of()));
            notes.sort(BY_STEP);
            int at = 0;
            while (at < notes.size() && notes.get(at).step() < stretch.getKey()) {
                at++;
            }
            for (long step = stretch.getKey(); step <= to; step++) {
                int end = at;
                while (end < notes.size() && notes.get(end).step() == step) {
                    hash += notes.get(end).samplesHash();
                    end++;
                }
                checkStep(step, stretch.getValue(), notes.subList(at, end));
                counted += end - at;
                at = end;
                if (step % stepsPerEpoch() == 0) {
                    checkHash(step / stepsPerEpoch(), hash);
                    hash = 0;
                }
            }
        }
        long all = used.values().stream().mapToLong(List::size).sum();
        notCounted = all - counted;
    }

    private void checkStep(long step, LedgerEra era, List<Used> notes) {
        if (notes.isEmpty()) {
            offences.missingStep(step);
            return;
        }
        checkRanks(step, era, notes);
        long epoch = (step - 1) / stepsPerEpoch() + 1;
        long start = (step - 1) % stepsPerEpoch() * batchSize;
        long end = Math.min(samples, start + batchSize);
        long covered = start;
        Used before = null;
        for (Used note : notes) {
            if (note.epoch() != epoch) {
                offences.add(named(step) + ": rank " + note.rank() + " noted epoch " + note.epoch());
            } else if (note.to() > note.from()) {
                checkNext(step, covered, before, note);
                before = note.to() > covered ? note : before;
                covered = Math.max(covered, note.to());
            }
        }
        if (covered < end) {
            offences.add(gap(step, covered, end));
        } else if (covered > end) {
            offences.add(named(step) + ": positions " + end + " to " + (covered - 1) + " do not belong to its batch");
        }
    }

    private void checkNext(long step, long covered, @Nullable Used before, Used note) {
        if (note.from() > covered) {
            offences.add(gap(step, covered, note.from()));
        } else if (note.from() < covered) {
            offences.add(named(step) + ": positions " + note.from() + " to "
                    + (Math.min(covered, note.to()) - 1) + " were used "
                    + (before == null
                            ? "by rank " + note.rank() + " but belong to the batch before"
                            : "twice, by rank " + before.rank() + " and by rank " + note.rank()));
        }
    }

    private void checkRanks(long step, LedgerEra era, List<Used> notes) {
        Continues continues = eras.get(era);
        int workers = continues == null ? 0 : continues.workers();
        boolean[] seen = new boolean[workers];
        for (Used note : notes) {
            if (note.rank() < 0 || note.rank() >= workers) {
                offences.add(named(step) + ": rank " + note.rank() + " is not one of the " + workers + " of " + era);
            } else {
                seen[note.rank()] = true;
            }
        }
        for (int rank = 0; rank < workers; rank++) {
            if (!seen[rank]) {
                offences.add(
                        named(step) + ": rank " + rank + " has noted nothing in " + era + ", which completed the step");
            }
        }
    }

    private void checkHash(long epoch, long hash) {
        Continues first = eras.get(eras.firstKey());
        if (offences.count() == 0 && first != null && hash != first.samplesHash()) {
            offences.add("epoch " + epoch + ": the positions are complete, but what was read there are not the training"
                    + " samples, each once");
        }
    }

    private String gap(long step, long from, long to) {
        return named(step) + ": positions " + from + " to " + (to - 1) + " were used by nobody";
    }

    private String named(long step) {
        return "step " + step + " (epoch " + ((step - 1) / stepsPerEpoch() + 1) + ")";
    }

    private long stepsPerEpoch() {
        return ((long) samples + batchSize - 1) / batchSize;
    }

    /** Those that the generation noted which completed the last of the steps. */
    private List<StepRange> leftOutRanges(NavigableMap<Long, LedgerEra> lineage, long last) {
        return leftOut.stream()
                .filter(out -> out.toStep() <= last && out.era().equals(eraOf(lineage, out.toStep())))
                .map(out -> new StepRange(out.fromStep(), out.toStep()))
                .distinct()
                .sorted(Comparator.comparingLong(StepRange::from))
                .toList();
    }

    private static @Nullable LedgerEra eraOf(NavigableMap<Long, LedgerEra> lineage, long step) {
        Map.Entry<Long, LedgerEra> stretch = lineage.floorEntry(step);
        return stretch == null ? null : stretch.getValue();
    }
}
