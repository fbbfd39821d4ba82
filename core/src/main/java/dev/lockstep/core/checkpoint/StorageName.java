package dev.lockstep.core.checkpoint;

import java.util.regex.Pattern;

/** The names that directories and files in a storage may have: no separators, no leading dot, so no way out of it. */
public final class StorageName {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,199}");

    private StorageName() {}

    /** Whether a name is allowed. */
    public static boolean isValid(String name) {
        return FORM.matcher(name).matches();
    }

    /**
     * Returns an allowed name.
     *
     * @throws IllegalArgumentException for any other
     */
    public static String check(String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException(
                    "expected a name of letters, digits, '.', '_' and '-' that does not begin"
                            + " with '.' or '-', found \"" + name + "\"");
        }
        return name;
    }
}
