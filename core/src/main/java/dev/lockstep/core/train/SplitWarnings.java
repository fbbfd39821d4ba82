package dev.lockstep.core.train;

import dev.lockstep.core.train.SplitReport.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is strange about the classes of a run's parts.
 *
 * <ul>
 *   <li>A part has a single class.
 *   <li>A class is missing in one part and not in another.
 *   <li>The shares of the classes differ: Pearson's test of homogeneity says so with p < 0.001, and the share of some
 *       class is off by more than a tenth of what it is among the training samples. The test alone would warn of
 *       differences that matter to nobody where there are millions of samples; the tenth alone, of chance where there are
 *       few.
 * </ul>
 */
final class SplitWarnings {
    /** What a standard normal variable exceeds with probability 0.001. */
    private static final double NORMAL_BEYOND_ONE_IN_THOUSAND = 3.0902;

    /** The usual rule: below it a class's count is too far from normal for the test. */
    private static final double SMALLEST_EXPECTED_COUNT = 5;

    private static final double NOTICEABLE_SHARE_CHANGE = 0.1;
    private static final int CLASSES_NAMED = 5;

    private SplitWarnings() {}

    static List<String> of(SplitReport report) {
        List<String> warnings = new ArrayList<>();
        List<Long> train = report.train().classCounts();
        if (train == null) {
            return warnings;
        }
        addSingle(warnings, "train", train);
        addComparison(warnings, train, "validation", report.validation());
        addComparison(warnings, train, "test", report.test());
        return warnings;
    }

    /** Whether there is one class alone. */
    private static boolean addSingle(List<String> warnings, String name, List<Long> counts) {
        int[] present = present(counts);
        if (present.length != 1) {
            return false;
        }
        warnings.add(name + ": labels contain a single class (" + present[0] + ")");
        return true;
    }

    private static int[] present(List<Long> counts) {
        return IntStream.range(0, counts.size())
                .filter(label -> counts.get(label) > 0)
                .toArray();
    }

    private static void addComparison(List<String> warnings, List<Long> train, String name, @Nullable Part part) {
        List<Long> counts = part == null ? null : part.classCounts();
        if (counts == null) {
            return;
        }
        String unlearnt = missing(train, counts);
        if (!unlearnt.isEmpty()) {
            warnings.add("train: no sample of " + unlearnt + ", which " + name + " has: it cannot be learnt");
        }
        if (addSingle(warnings, name, counts)) {
            return;
        }
        String unseen = missing(counts, train);
        if (!unseen.isEmpty()) {
            warnings.add(name + ": no sample of " + unseen + ", which is trained on");
        }
        String difference = difference(train, counts, name);
        if (difference != null) {
            warnings.add(difference);
        }
    }

    /** The classes that are missing in one and present in the other; empty for none. */
    private static String missing(List<Long> in, List<Long> presentIn) {
        int[] missing = IntStream.range(0, in.size())
                .filter(label -> in.get(label) == 0 && presentIn.get(label) > 0)
                .toArray();
        if (missing.length == 0) {
            return "";
        }
        String named = IntStream.of(missing)
                .limit(CLASSES_NAMED)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
        return (missing.length == 1 ? "class " : "the classes ")
                + named
                + (missing.length > CLASSES_NAMED ? " and " + (missing.length - CLASSES_NAMED) + " more" : "");
    }

    private static @Nullable String difference(List<Long> train, List<Long> counts, String name) {
        double trained = sum(train);
        double there = sum(counts);
        int most = -1;
        double largestChange = NOTICEABLE_SHARE_CHANGE;
        for (int label = 0; label < counts.size(); label++) {
            double expectedShare = train.get(label) / trained;
            double change = Math.abs(counts.get(label) / there - expectedShare) / expectedShare;
            if (isCommon(train.get(label), counts.get(label), trained, there) && change > largestChange) {
                largestChange = change;
                most = label;
            }
        }
        if (most < 0 || !isSignificant(train, counts)) {
            return null;
        }
        return String.format(
                Locale.ROOT,
                "%s: its classes are not distributed as those that are trained on: class %d is %.3g %% of it and %.3g %%"
                        + " of the training samples (chi-square test, p < 0.001)%s",
                name,
                most,
                100 * counts.get(most) / there,
                100 * train.get(most) / trained,
                name.equals("validation") ? "; method: stratified keeps the shares" : "");
    }

    private static boolean isCommon(long inTrain, long inPart, double trained, double there) {
        return (inTrain + inPart) * Math.min(trained, there) / (trained + there) >= SMALLEST_EXPECTED_COUNT;
    }

    /** Whether both can hardly be drawn from the same classes. Rare classes count together as one. */
    static boolean isSignificant(List<Long> train, List<Long> counts) {
        double trained = sum(train);
        double there = sum(counts);
        double statistic = 0;
        int cells = 0;
        long rareInTrain = 0;
        long rareInPart = 0;
        for (int label = 0; label < counts.size(); label++) {
            long inTrain = train.get(label);
            long inPart = counts.get(label);
            if (isCommon(inTrain, inPart, trained, there)) {
                statistic += deviation(inTrain, inPart, trained, there);
                cells++;
            } else {
                rareInTrain += inTrain;
                rareInPart += inPart;
            }
        }
        if (isCommon(rareInTrain, rareInPart, trained, there)) {
            statistic += deviation(rareInTrain, rareInPart, trained, there);
            cells++;
        }
        return cells > 1 && statistic > criticalValue(cells - 1);
    }

    private static double deviation(long inTrain, long inPart, double trained, double there) {
        double share = (inTrain + inPart) / (trained + there);
        double expectedInTrain = share * trained;
        double expectedInPart = share * there;
        return (inTrain - expectedInTrain) * (inTrain - expectedInTrain) / expectedInTrain
                + (inPart - expectedInPart) * (inPart - expectedInPart) / expectedInPart;
    }

    /** What a chi-square variable exceeds with probability 0.001, by Wilson and Hilferty (1931): within 3.1 %. */
    static double criticalValue(int degreesOfFreedom) {
        double variance = 2.0 / (9 * degreesOfFreedom);
        double root = 1 - variance + NORMAL_BEYOND_ONE_IN_THOUSAND * Math.sqrt(variance);
        return degreesOfFreedom * root * root * root;
    }

    private static double sum(List<Long> counts) {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
