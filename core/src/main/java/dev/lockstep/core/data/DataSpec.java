package dev.lockstep.core.data;

import dev.lockstep.core.schema.OneOf;

/** Where samples come from. A new format is one record here, one entry in this list and a reader registered for it. */
@OneOf(
        discriminator = "format",
        value = {DigitsData.class, IdxData.class, CsvData.class})
public interface DataSpec {
    /** What every feature value is divided by. */
    double scale();

    /** The part of the training samples that is kept for validation. */
    ValidationSpec validation();
}
