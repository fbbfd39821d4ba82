package dev.lockstep.core.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds where in a tree of records a key belongs, for a key that stands in the wrong place. */
public final class KeyPaths {
    private final String key;
    private final List<String> found = new ArrayList<>();

    private KeyPaths(String key) {
        this.key = key;
    }

    /**
     * All places below a record where a key is a setting, such as {@code training.optimizer.adam.learning_rate}; an
     * element of a list is written N. A well-known synonym is looked up under the name used here.
     */
    public static List<String> of(Class<? extends Record> root, String key) {
        KeyPaths paths = new KeyPaths(SimilarNames.canonical(key));
        paths.search(RecordSchema.of(root), "");
        return List.copyOf(paths.found);
    }

    private void search(RecordSchema schema, String prefix) {
        for (SettingSchema setting : schema.settings()) {
            String path = prefix + setting.key();
            if (SimilarNames.isSame(setting.key(), key)) {
                found.add(path);
            }
            search(setting.type(), path + ".");
        }
    }

    private void search(@Nullable SettingType type, String prefix) {
        if (type == null) {
            return;
        }
        switch (type.kind()) {
            case RECORD -> search(type.record(), prefix);
            case LIST -> search(type.element(), prefix + "N.");
            case ONE_OF -> {
                Alternatives alternatives = type.alternatives();
                alternatives
                        .byName()
                        .forEach((name, alternative) -> search(
                                RecordSchema.of(alternative),
                                alternatives.isDiscriminated() ? prefix : prefix + name + "."));
            }
            default -> {
                // A single value has no keys below it.
            }
        }
    }
}
