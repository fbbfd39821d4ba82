package dev.lockstep.core.config;

import dev.lockstep.core.schema.KeyPaths;
import dev.lockstep.core.schema.RecordSchema;
import dev.lockstep.core.schema.SimilarNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notes keys that a record does not have, with the sibling that was probably meant or the place where they belong. */
final class UnknownKeys {
    private static final int MOST_SUGGESTIONS = 3;

    private final Class<? extends Record> root;
    private final Problems problems;

    UnknownKeys(Class<? extends Record> root, Problems problems) {
        this.root = root;
        this.problems = problems;
    }

    /**
     * Notes one.
     *
     * @param alternative the name of the record among its alternatives, or empty
     * @return the sibling that was probably meant; null for none
     */
    @Nullable
    String report(RecordSchema schema, String alternative, String key, Location location, String path) {
        if (problems.isFull()) {
            problems.add(location, path, "an unknown key");
            return null;
        }
        List<String> keys = schema.keys();
        String sibling = SimilarNames.nearest(key, keys);
        String owner = alternative.isEmpty() ? "" : " of " + alternative;
        String expected =
                keys.isEmpty() ? "no settings" + owner : "one of the keys" + owner + " " + String.join(", ", keys);
        List<String> suggestions = sibling != null
                ? List.of(sibling)
                : KeyPaths.of(root, key).stream()
                        .distinct()
                        .sorted()
                        .limit(MOST_SUGGESTIONS)
                        .toList();
        problems.expected(location, path, expected, '"' + key + '"' + Problems.didYouMean(suggestions));
        return sibling;
    }
}
