package dev.lockstep.core.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What one constant of an enum means, for the documentation: a sentence or a formula. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Meaning {
    /** The sentence or formula, in Markdown. */
    String value();
}
