package dev.lockstep.core.data.table;

/** How the labels of a table are told. */
public enum LabelForm {
    /** Numbers that are no classes: one or several targets. */
    TARGETS,
    /** Class numbers. */
    CLASS_NUMBERS,
    /** Class names. */
    CLASS_NAMES,
    /** Several values, 1 for the class and 0 for the others. */
    ONE_HOT;

    /** Whether they are classes. */
    public boolean isClasses() {
        return this != TARGETS;
    }
}
