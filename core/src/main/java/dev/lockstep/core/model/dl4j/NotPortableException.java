package dev.lockstep.core.model.dl4j;

/** A network that needs a class of Lockstep's own in DL4J's configuration, and so has none in a file. */
final class NotPortableException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    NotPortableException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
