package dev.lockstep.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Pattern;

/** Takes secrets out of what goes to a log or a page. Rather too much is hidden than too little. */
public final class Redaction {
    private static final String HIDDEN = "***";
    private static final Pattern SECRET_KEY =
            Pattern.compile("(?i)secret|password|passphrase|token|credential|access[._-]?key|account[._-]?key");
    /** scheme://user:password@host; passwords may hold slashes, so everything up to the last at sign goes. */
    private static final Pattern USER_INFORMATION = Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*://)\\S*@");
    /** key=value inside a longer text, such as Java options or the query of a URI. */
    private static final Pattern SECRET_PAIR = Pattern.compile(
            "(?i)(?<key>[\\w.-]*(?:secret|password|passphrase|token|credential|access[._-]?key|signature|\\bsig)[\\w.-]*=)[^\\s&;,]+");

    private Redaction() {}

    /** Whether a key names something that must not be shown. */
    static boolean isSecret(String key) {
        return SECRET_KEY.matcher(key).find();
    }

    /** A text with the secrets inside it hidden. */
    public static String of(String text) {
        String shown = USER_INFORMATION.matcher(text).replaceAll("${scheme}" + HIDDEN + "@");
        return SECRET_PAIR.matcher(shown).replaceAll("${key}" + HIDDEN);
    }

    /**
     * A copy of a resolved job with secrets hidden: the values of Spark settings whose keys say so, and what looks like
     * a secret inside any text.
     */
    public static JsonNode of(JsonNode node) {
        if (node.isTextual()) {
            return TextNode.valueOf(of(node.textValue()));
        } else if (node instanceof ObjectNode object) {
            ObjectNode copy = object.objectNode();
            object.properties()
                    .forEach(field -> copy.set(
                            field.getKey(),
                            field.getValue().isTextual() && isSecret(field.getKey())
                                    ? TextNode.valueOf(HIDDEN)
                                    : of(field.getValue())));
            return copy;
        } else if (node instanceof ArrayNode array) {
            ArrayNode copy = array.arrayNode();
            array.forEach(element -> copy.add(of(element)));
            return copy;
        }
        return node;
    }
}
