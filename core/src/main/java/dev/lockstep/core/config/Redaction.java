package dev.lockstep.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** Takes secrets out of what goes to a log or a page. Rather too much is hidden than too little. */
public final class Redaction {
    private static final String HIDDEN = "***";

    /** scheme://user:password@host; passwords may hold slashes, so everything up to the last at sign goes. */
    private static final Pattern USER_INFORMATION = Pattern.compile("(?<=://)\\S*@");

    private Redaction() {}

    /** Whether a key names something that must not be shown. */
    static boolean isSecret(String key) {
        return SecretPlaces.isSecret(key);
    }

    /** A text with the secrets inside it hidden. */
    public static String of(String text) {
        return of(text, EnvironmentSecrets.OWN);
    }

    static String of(String text, EnvironmentSecrets known) {
        String shown = USER_INFORMATION.matcher(text).replaceAll(HIDDEN + "@");
        String withoutPairs = SecretPlaces.replacePairs(shown, (secret, name) -> HIDDEN);
        return known.replace(withoutPairs, (secret, name) -> HIDDEN);
    }

    /**
     * A copy of a resolved job with secrets hidden: the values of Spark settings whose keys say so, and what looks like
     * a secret inside any text.
     */
    public static JsonNode of(JsonNode node) {
        return JsonTexts.map(node, (path, key, text) -> isSecret(key) ? HIDDEN : of(text));
    }
}
