package dev.lockstep.core.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Registers the alternatives of a family of records (layers, losses, optimizers, readers ...). This list is the only
 * registration: the job-file binder, the documentation and the tests read it.
 *
 * <p>In the job file an alternative is written {@code name: {settings}} or just {@code name} when every setting has a
 * default; with a {@link #discriminator()} the name is the value of that key, beside the settings.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OneOf {
    /** The records, each annotated {@link Named}. */
    Class<? extends Record>[] value();

    /** The key that names the alternative, or empty for the one-key form. */
    String discriminator() default "";
}
