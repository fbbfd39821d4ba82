package dev.lockstep.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A job as it may be kept on a disk or sent to workers: in the place of each secret stands a reference to a variable,
 * <code>${NAME}</code>. That is the variable of the environment which has this value, where there is one; otherwise a
 * name such as {@code HIDDEN_SPARK_AUTHENTICATE_SECRET}, which nobody has set, so that whoever uses what was kept as a
 * job file is told what is missing.
 *
 * <p>A change of a secret is no change of the job: {@link #comparable} hides them all alike.
 */
public final class KeptJob {
    private static final String UNKNOWN = "HIDDEN_";
    private static final String MASK = "***";
    private static final String SPARK = "cluster.spark.";
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{[A-Za-z_][A-Za-z0-9_]*}");
    private static final Pattern ESCAPED_REFERENCE = Pattern.compile("\\$\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

    private KeptJob() {}

    /**
     * The job without its secrets, for {@link JobFile#fromJson}: references stay texts there. Of a job that was kept
     * before it makes the same again.
     *
     * @param environment in which the secrets may have names
     */
    public static ObjectNode json(JobConfig job, Map<String, String> environment) {
        EnvironmentSecrets known = new EnvironmentSecrets(environment);
        return (ObjectNode) JsonTexts.map(
                JobFile.toJson(job),
                (path, key, text) -> known.replace(
                        SecretPlaces.replace(key, text, (secret, name) -> reference(secret, path, name, known)),
                        (secret, name) -> "${" + name + "}"));
    }

    private static String reference(String secret, String path, String name, EnvironmentSecrets known) {
        if (REFERENCE.matcher(secret).matches()) {
            return secret;
        }
        String place = path.startsWith(SPARK) ? path.substring(SPARK.length()) : path;
        String derived = UNKNOWN + (name.isEmpty() ? place : place + "_" + name);
        return "${"
                + known.nameOf(secret)
                        .orElse(derived.replaceAll("[^A-Za-z0-9]+", "_").toUpperCase(Locale.ROOT)) + "}";
    }

    /** The same as YAML, which is a job file again where the variables are set. */
    public static String yaml(JobConfig job, Map<String, String> environment) {
        return JobFile.toYaml(JobFile.fromJson(json(job, environment).toString()));
    }

    /** A text as YAML has it: what looks like a variable is escaped, but for the references that stand for secrets. */
    static String escape(String key, String text) {
        String escaped = Variables.escape(text);
        if (escaped.equals(text)) {
            return text;
        }
        String named = ESCAPED_REFERENCE
                .matcher(escaped)
                .replaceAll(found -> Matcher.quoteReplacement(
                        isSecretName(found.group(1)) ? found.group().substring(1) : found.group()));
        return SecretPlaces.replace(
                key,
                named,
                (secret, name) -> ESCAPED_REFERENCE.matcher(secret).matches() ? secret.substring(1) : secret);
    }

    private static boolean isSecretName(String variable) {
        return variable.startsWith(UNKNOWN) || SecretPlaces.isSecret(variable);
    }

    /**
     * Reads what {@link #yaml} wrote. References to variables that are not set stay as they are.
     *
     * @param sourceName what messages call it, usually its path
     */
    public static JobConfig read(String text, String sourceName, Map<String, String> environment) {
        return JobFile.read(text, sourceName, List.of(), name -> environment.getOrDefault(name, "${" + name + "}"));
    }

    /** The job with every secret hidden alike, to be compared with another one. */
    public static JsonNode comparable(JobConfig job, Map<String, String> environment) {
        return JsonTexts.map(json(job, environment), (path, key, text) -> REFERENCE
                .matcher(SecretPlaces.replace(key, text, (secret, name) -> MASK))
                .replaceAll(found -> Matcher.quoteReplacement(
                        isSecretName(found.group().substring(2, found.group().length() - 1)) ? MASK : found.group())));
    }

    /** A text with its secrets masked, and everything else as it was: names of containers and users without a password. */
    public static String masked(String text) {
        return EnvironmentSecrets.OWN.replace(
                SecretPlaces.replace("", text, (secret, name) -> MASK), (secret, name) -> MASK);
    }

    /** The same of every text of an event or a result. */
    public static ObjectNode masked(ObjectNode node) {
        return (ObjectNode) JsonTexts.map(node, (path, key, text) -> masked(text));
    }

    /**
     * A job that was kept, for use in this environment: without the Spark settings whose values are not known here.
     * Spark and Hadoop have such values of their own where they need them; other settings are missed when it is read.
     */
    public static JobConfig usable(JobConfig kept, Map<String, String> environment) {
        ObjectNode json = JobFile.toJson(kept);
        if (json.path("cluster").path("spark") instanceof ObjectNode spark) {
            kept.cluster().spark().forEach((key, value) -> {
                Matcher references = REFERENCE.matcher(value);
                boolean known = true;
                while (references.find()) {
                    String name =
                            references.group().substring(2, references.group().length() - 1);
                    known &= environment.containsKey(name) || !(isSecretName(name) || SecretPlaces.isSecret(key));
                }
                if (!known) {
                    spark.remove(key);
                }
            });
        }
        return JobFile.fromJson(json.toString());
    }
}
