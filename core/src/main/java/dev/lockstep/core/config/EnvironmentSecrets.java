package dev.lockstep.core.config;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The secrets that a process was given as environment variables: the values of variables whose names say so. Found
 * again wherever they come to stand, they are hidden there too.
 */
final class EnvironmentSecrets {
    /** Shorter ones are found by chance: a token of "true" is none. */
    private static final int SHORTEST_CHARACTERS = 8;

    private static final int SHORTEST_NAMED_CHARACTERS = 4;

    /** The secrets of this process. */
    static final EnvironmentSecrets OWN = new EnvironmentSecrets(System.getenv());

    private final Map<String, String> environment;
    private final List<Map.Entry<String, String>> secrets;

    EnvironmentSecrets(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        this.secrets = this.environment.entrySet().stream()
                .filter(entry -> SecretPlaces.isSecret(entry.getKey()) && mayBeSecret(entry.getValue()))
                // A secret that is part of another one must not spoil it.
                .sorted(Comparator.comparing((Map.Entry<String, String> entry) ->
                                -entry.getValue().length())
                        .thenComparing(Map.Entry::getKey))
                .toList();
    }

    /** The names of files that hold secrets are none. */
    private static boolean mayBeSecret(String value) {
        return value.length() >= SHORTEST_CHARACTERS && !value.startsWith("/");
    }

    /** The variable that has this value; the first in the alphabet of several. */
    Optional<String> nameOf(String secret) {
        return secret.length() < SHORTEST_NAMED_CHARACTERS
                ? Optional.empty()
                : environment.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(secret))
                        .map(Map.Entry::getKey)
                        .filter(name -> name.matches("[A-Za-z_][A-Za-z0-9_]*"))
                        .sorted()
                        .findFirst();
    }

    /** The text with all of them replaced; the replacement is given the value and the name of the variable. */
    String replace(String text, SecretPlaces.Replacement replacement) {
        String replaced = text;
        for (Map.Entry<String, String> secret : secrets) {
            if (replaced.contains(secret.getValue())) {
                replaced = replaced.replace(secret.getValue(), replacement.of(secret.getValue(), secret.getKey()));
            }
        }
        return replaced;
    }
}
