package dev.lockstep.core.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Documents one component of a configuration record. The job-file key is the component's name in snake_case. A
 * component that has neither a default nor {@link #optional()} must be given.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
public @interface Setting {
    /** What it means, with unit and allowed values: one or two sentences. */
    String value();

    /** The default in YAML syntax, bound exactly as if it stood in the file; empty for none. */
    String byDefault() default "";

    /** The key in the job file where it is not simply the component's name in snake_case, such as {@code beta_1}. */
    String key() default "";

    /** Whether the setting may be absent; the component is then null. */
    boolean optional() default false;

    /** Whether a single value may stand for a list of one. */
    boolean single() default false;
}
