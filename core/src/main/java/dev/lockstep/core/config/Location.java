package dev.lockstep.core.config;

/**
 * Where something stands, for messages.
 *
 * @param source the file, or the {@code --set} argument
 * @param line from 1; 0 where lines mean nothing
 */
record Location(String source, int line) {
    @Override
    public String toString() {
        return line > 0 ? source + ":" + line : source;
    }
}
