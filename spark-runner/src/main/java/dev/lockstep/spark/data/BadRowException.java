package dev.lockstep.spark.data;

/** What is wrong with a row. It never leaves the pass over the rows that meets it. */
public final class BadRowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadRowException(String message) {
        super(message, null, false, false);
    }

    /** For a reader of rows elsewhere. */
    public static BadRowException of(String message) {
        return new BadRowException(message);
    }
}
