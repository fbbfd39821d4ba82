package dev.lockstep.core.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where secrets stand in the settings of a job: below a key that says so, between {@code ://} and {@code @} of a URI,
 * and behind the equals sign of a pair such as {@code -Dstore.password=...} or {@code ?sig=...}. Everything around them
 * stays as it is.
 *
 * <p>The patterns begin where a word begins and never inside one: a text of a million letters is looked at once.
 */
final class SecretPlaces {
    private static final String WORDS = "secret|password|passwd|passphrase|[._-]pwd\\b|token|credential"
            + "|access[._-]?key|account[._-]?key|private[._-]?key|api[._-]?key";
    private static final Pattern KEY = Pattern.compile("(?i)" + WORDS + "|[._-]sas(?:[._-]|$)");

    /** A number up to the next slash is a port. */
    private static final Pattern USER_AND_PASSWORD = Pattern.compile("(?<=://)([^\\s/:@]*):(?!\\d{1,5}(?:/|$))(\\S+)@");

    private static final Pattern PAIR =
            Pattern.compile("(?i)(?<![\\w.-])([\\w.-]*(?:" + WORDS + "|signature|\\bsig)[\\w.-]*)=([^\\s&;,]+)");

    private SecretPlaces() {}

    /** What stands in the place of a secret. */
    @FunctionalInterface
    interface Replacement {
        /**
         * The text.
         *
         * @param secret never empty
         * @param name tells it from other secrets of the same setting; empty where it is the whole setting
         */
        String of(String secret, String name);
    }

    /** Whether a key, or the name of a variable, names something that must not be shown. */
    static boolean isSecret(String key) {
        return KEY.matcher(key).find();
    }

    /**
     * A text with its secrets replaced.
     *
     * @param key that the text stands under
     */
    static String replace(String key, String text, Replacement replacement) {
        if (isSecret(key)) {
            return text.isEmpty() ? text : replacement.of(text, "");
        }
        String named = USER_AND_PASSWORD
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        (found.group(1).isEmpty() ? "" : replacement.of(found.group(1), "user")) + ":"
                                + replacement.of(found.group(2), "password") + "@"));
        return replacePairs(named, replacement);
    }

    /** The same, of the pairs alone. */
    static String replacePairs(String text, Replacement replacement) {
        return PAIR.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(1) + "="
                        + replacement.of(found.group(2), found.group(1).toLowerCase(Locale.ROOT))));
    }
}
