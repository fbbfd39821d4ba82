package dev.lockstep.spark.data;

/** What is wrong with a row. It never leaves the pass over the rows that meets it. */
final class BadRowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadRowException(String message) {
        super(message, null, false, false);
    }
}
