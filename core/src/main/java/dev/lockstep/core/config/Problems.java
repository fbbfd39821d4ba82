package dev.lockstep.core.config;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.schema.SimilarNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Collects what is wrong with a job file, so that all of it is reported at once, in the order of its lines. */
final class Problems {
    /** More than anybody reads; a file that was made for it has as many as it has characters. */
    private static final int MOST_PROBLEMS = 100;

    private record Problem(Location location, String text) {}

    private final List<Problem> problems = new ArrayList<>();
    private int leftOut;

    /** Notes a problem. An empty path stands for the whole file. */
    void add(Location location, String path, String message) {
        if (isFull()) {
            leftOut++;
            return;
        }
        problems.add(new Problem(location, path.isEmpty() ? message : path + ": " + message));
    }

    /** Whether what else is noted is only counted. */
    boolean isFull() {
        return problems.size() >= MOST_PROBLEMS;
    }

    /** Notes that something else was expected. */
    void expected(Location location, String path, String expected, String found) {
        add(location, path, "expected " + expected + ", found " + found);
    }

    /** Notes that a name is none of the allowed ones, with the one that was probably meant. */
    void unknownName(Location location, String path, String expected, String found, Collection<String> allowed) {
        String nearest = isFull() ? null : SimilarNames.nearest(found, allowed);
        expected(
                location,
                path,
                expected,
                '"' + found + '"' + didYouMean(nearest == null ? List.of() : List.of(nearest)));
    }

    /** The question at the end of a message, or nothing without suggestions. */
    static String didYouMean(Collection<String> suggestions) {
        return suggestions.isEmpty()
                ? ""
                : suggestions.stream()
                        .map(suggestion -> '"' + suggestion + '"')
                        .collect(Collectors.joining(" or ", "; did you mean ", "?"));
    }

    /** Whether anything was noted. */
    boolean any() {
        return !problems.isEmpty();
    }

    /**
     * Ends the collection.
     *
     * @throws LockstepException of {@link ExitCode#USAGE} listing all problems, if there are any
     */
    void throwIfAny() {
        if (any()) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    problems.stream()
                                    // A file's lines first; the command line has no lines.
                                    .sorted(Comparator.comparing((Problem problem) ->
                                            problem.location().line() == 0
                                                    ? Integer.MAX_VALUE
                                                    : problem.location().line()))
                                    .map(problem -> problem.location() + ": " + problem.text())
                                    .distinct()
                                    .collect(Collectors.joining("\n"))
                            + (leftOut == 0 ? "" : "\nand " + leftOut + " more"));
        }
    }
}
