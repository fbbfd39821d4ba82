package dev.lockstep.spark.docs;

import java.util.ArrayList;
import java.util.List;

/** A line of a shell as the program gets it, as far as pages use shells: quotes, comments, variables set before. */
final class ShellWords {
    private ShellWords() {}

    /** The words of a line without prompt, comment, redirections and variables that are set in front. */
    static List<String> of(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char letter = line.charAt(i);
            if (quote != 0) {
                if (letter == quote) {
                    quote = 0;
                } else {
                    word.append(letter);
                }
            } else if (letter == '\'' || letter == '"') {
                quote = letter;
                inWord = true;
            } else if (Character.isWhitespace(letter)) {
                if (inWord) {
                    words.add(word.toString());
                }
                word.setLength(0);
                inWord = false;
            } else if (letter == '#' && !inWord) {
                break;
            } else {
                word.append(letter);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return withoutSurroundings(words);
    }

    private static List<String> withoutSurroundings(List<String> words) {
        int first = 0;
        while (first < words.size() && words.get(first).matches("\\$|nohup|exec|time|[A-Z_]+=.*")) {
            first++;
        }
        int last = first;
        while (last < words.size() && !words.get(last).matches("[12&]?>.*|<.*|&")) {
            last++;
        }
        return List.copyOf(words.subList(first, last));
    }
}
