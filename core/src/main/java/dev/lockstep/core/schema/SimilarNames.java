package dev.lockstep.core.schema;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the name that was probably meant: written in another case, known under another name elsewhere, or misspelt.
 */
public final class SimilarNames {
    /** What other libraries and papers call things; keys without separators and in lower case. */
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("lr", "learning_rate"),
            Map.entry("stepsize", "learning_rate"),
            Map.entry("eps", "epsilon"),
            Map.entry("beta1", "beta_1"),
            Map.entry("beta2", "beta_2"),
            Map.entry("batchnorm", "batch_normalization"),
            Map.entry("bn", "batch_normalization"),
            Map.entry("fc", "dense"),
            Map.entry("fullyconnected", "dense"),
            Map.entry("outputlayer", "dense"),
            Map.entry("crossentropy", "categorical_crossentropy"),
            Map.entry("bce", "binary_crossentropy"),
            Map.entry("mcxent", "categorical_crossentropy"),
            Map.entry("sparsemcxent", "sparse_categorical_crossentropy"),
            Map.entry("meansquarederror", "mse"),
            Map.entry("meanabsoluteerror", "mae"),
            Map.entry("meanabsolutepercentageerror", "mape"),
            Map.entry("meansquaredlogarithmicerror", "msle"),
            Map.entry("acc", "accuracy"),
            Map.entry("auc", "roc_auc"),
            Map.entry("averageprecision", "pr_auc"),
            Map.entry("f1score", "f1"),
            Map.entry("r2score", "r2"),
            Map.entry("rootmeansquarederror", "rmse"),
            Map.entry("topkcategoricalaccuracy", "top_k"),
            Map.entry("sparsetopkcategoricalaccuracy", "top_k"),
            Map.entry("restorebestweights", "restore_best"),
            Map.entry("nbepoch", "epochs"),
            Map.entry("numepochs", "epochs"),
            Map.entry("batch", "batch_size"),
            Map.entry("minibatchsize", "batch_size"),
            Map.entry("optimiser", "optimizer"),
            Map.entry("updater", "optimizer"),
            Map.entry("nesterovs", "nesterov"),
            Map.entry("numworkers", "workers"),
            Map.entry("executors", "workers"),
            Map.entry("allreduce", "gradient_sharing"),
            Map.entry("averaging", "parameter_averaging"),
            Map.entry("validationsplit", "validation"),
            Map.entry("path", "directory"),
            Map.entry("dir", "directory"),
            Map.entry("folder", "directory"),
            Map.entry("neurons", "units"),
            Map.entry("numunits", "units"),
            Map.entry("outfeatures", "units"),
            Map.entry("randomseed", "seed"),
            Map.entry("identity", "linear"),
            Map.entry("silu", "swish"),
            Map.entry("xavier", "glorot_uniform"),
            Map.entry("xavieruniform", "glorot_uniform"),
            Map.entry("xaviernormal", "glorot_normal"),
            Map.entry("kaiminguniform", "he_uniform"),
            Map.entry("kaimingnormal", "he_normal"),
            Map.entry("momentumsgd", "sgd"),
            Map.entry("frequency", "every"),
            Map.entry("averagingfrequency", "every"));

    private SimilarNames() {}

    /** The candidate that was probably meant; null when none is near. */
    public static @Nullable String nearest(String written, Collection<String> candidates) {
        String plain = plain(written);
        String known = SYNONYMS.get(plain);
        for (String candidate : candidates) {
            if (plain(candidate).equals(plain)) {
                return candidate;
            }
        }
        if (known != null && candidates.contains(known)) {
            return known;
        }
        String nearest = null;
        int least = Math.min(3, Math.max(1, plain.length() / 3)) + 1;
        for (String candidate : candidates) {
            int distance = distance(plain, plain(candidate));
            if (distance < least && distance < candidate.length()) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** The name under which a well-known synonym is known here; the name itself where it is none. */
    static String canonical(String written) {
        return SYNONYMS.getOrDefault(plain(written), written);
    }

    /** Whether two names differ in capitals, underscores and the like alone. */
    static boolean isSame(String first, String second) {
        return plain(first).equals(plain(second));
    }

    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }

    /** Insertions, deletions, replacements and swaps of neighbours (Damerau 1964, each place edited at most once). */
    static int distance(String first, String second) {
        int[][] cost = new int[first.length() + 1][second.length() + 1];
        for (int i = 0; i <= first.length(); i++) {
            for (int j = 0; j <= second.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replaced = cost[i - 1][j - 1] + (first.charAt(i - 1) == second.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1
                        && j > 1
                        && first.charAt(i - 1) == second.charAt(j - 2)
                        && first.charAt(i - 2) == second.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[first.length()][second.length()];
    }
}
