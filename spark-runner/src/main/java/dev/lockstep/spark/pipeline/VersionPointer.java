package dev.lockstep.spark.pipeline;

import dev.lockstep.core.checkpoint.StorageName;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the file {@code current} of a model says: the current version in its first line, then those that rollbacks go
 * back to, the next one first.
 *
 * @param versions names; the first is current
 */
record VersionPointer(List<String> versions) {
    /** The directory of the versions, beside the file. */
    static final String VERSIONS = "versions";

    private static final String PREFIX = VERSIONS + "/";
    private static final int MOST_LINES = 1_000;

    VersionPointer {
        versions = List.copyOf(versions);
        versions.forEach(StorageName::check);
    }

    /**
     * Reads the file's text.
     *
     * @param source for messages
     * @throws LockstepException with {@link ExitCode#MODEL} when it is no such file
     */
    static VersionPointer parse(String text, String source) {
        List<String> names = text.lines().limit(MOST_LINES).map(String::strip).toList();
        for (String name : names) {
            if (!name.startsWith(PREFIX) || !StorageName.isValid(name.substring(PREFIX.length()))) {
                throw new LockstepException(
                        ExitCode.MODEL,
                        source + " names no version: expected lines such as versions/2026-01-31, found \""
                                + (name.length() > 80 ? name.substring(0, 80) + "..." : name) + "\"");
            }
        }
        if (names.isEmpty()) {
            throw new LockstepException(
                    ExitCode.MODEL, source + " names no version: expected a line such as versions/2026-01-31");
        }
        return new VersionPointer(
                names.stream().map(name -> name.substring(PREFIX.length())).toList());
    }

    /** The file's text. */
    String text() {
        StringBuilder text = new StringBuilder();
        versions.forEach(version -> text.append(PREFIX).append(version).append('\n'));
        return text.toString();
    }

    String current() {
        return versions.get(0);
    }

    /** The version that a rollback goes to; empty when there is none. */
    Optional<String> previous() {
        return versions.stream().skip(1).findFirst();
    }

    /** With another version in front; those behind it stay. */
    VersionPointer published(String version) {
        List<String> next = new ArrayList<>(versions);
        next.remove(version);
        next.add(0, version);
        return new VersionPointer(next);
    }

    /** Back to a version: what was published after it is behind it no more. */
    VersionPointer rolledBackTo(String version) {
        int place = versions.indexOf(version);
        return place < 0 ? published(version) : new VersionPointer(versions.subList(place, versions.size()));
    }

    /** Without what is not there any more; the current one stays. */
    VersionPointer among(Set<String> present) {
        List<String> left = new ArrayList<>(versions);
        left.removeIf(version -> !version.equals(current()) && !present.contains(version));
        return new VersionPointer(left);
    }

    /**
     * What may be deleted.
     *
     * @param present versions, in the order of their names
     * @param keep how many of the newest are kept
     */
    List<String> superfluous(List<String> present, int keep) {
        List<String> old = new ArrayList<>(present.subList(0, Math.max(0, present.size() - keep)));
        old.remove(current());
        previous().ifPresent(old::remove);
        return old;
    }
}
