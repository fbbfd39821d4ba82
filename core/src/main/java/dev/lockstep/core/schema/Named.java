package dev.lockstep.core.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The name of a record in the job file, such as {@code dense}, and one sentence about it for the documentation. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Named {
    /** The name, in snake_case. */
    String value();

    /** What it is: one or two sentences, with the formula where there is one. */
    String doc();
}
