package dev.lockstep.spark.pipeline;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What stands in braces for the day, in paths and in keys of the job. Other braces, such as YAML's, stay. */
final class Placeholders {
    static final String NAMES = "{date}, {yyyy}, {MM}, {dd} and {yyyyMMdd}";

    private static final String DATA = "data";
    private static final Map<String, DateTimeFormatter> FORMATS = Map.of(
            "date", DateTimeFormatter.ISO_LOCAL_DATE,
            "yyyy", DateTimeFormatter.ofPattern("uuuu"),
            "MM", DateTimeFormatter.ofPattern("MM"),
            "dd", DateTimeFormatter.ofPattern("dd"),
            "yyyyMMdd", DateTimeFormatter.ofPattern("uuuuMMdd"));
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    private Placeholders() {}

    /** The text with the day put in; what is no placeholder stays. */
    static String fill(String text, LocalDate day, @Nullable String data) {
        return PLACEHOLDER.matcher(text).replaceAll(found -> {
            DateTimeFormatter format = FORMATS.get(found.group(1));
            String value = format == null ? found.group() : format.format(day);
            return Matcher.quoteReplacement(data != null && found.group(1).equals(DATA) ? data : value);
        });
    }

    /** The first name in braces that stands for nothing; empty when there is none. */
    static String unknownIn(String path) {
        return PLACEHOLDER
                .matcher(path)
                .results()
                .map(found -> found.group(1))
                .filter(name -> !FORMATS.containsKey(name))
                .findFirst()
                .orElse("");
    }

    /** Whether two days give two texts. */
    static boolean nameADay(String text) {
        LocalDate day = LocalDate.of(2026, 1, 31);
        return !fill(text, day, null).equals(fill(text, day.minusDays(1), null))
                && !fill(text, day, null).equals(fill(text, day.minusMonths(12), null));
    }
}
