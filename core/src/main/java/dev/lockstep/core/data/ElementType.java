package dev.lockstep.core.data;

/** How one value is stored in a packed file, little-endian. */
public enum ElementType {
    /** Unsigned byte. */
    U8(0, 1),
    /** 32-bit IEEE float. */
    F32(1, 4),
    /** 32-bit two's complement integer. */
    I32(2, 4);

    private final int code;
    private final int bytes;

    ElementType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** Bytes of one value. */
    public int bytes() {
        return bytes;
    }

    /** Its number in the file. */
    int code() {
        return code;
    }

    /**
     * The type with a number.
     *
     * @throws IllegalArgumentException when there is none
     */
    static ElementType ofCode(int code) {
        for (ElementType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new IllegalArgumentException("unknown type code " + code);
    }
}
