package dev.lockstep.core.data;

import dev.lockstep.core.schema.OneOf;
import org.jspecify.annotations.Nullable;

/** Where samples come from. A new format is one record here, one entry in this list and a reader registered for it. */
@OneOf(
        discriminator = "format",
        value = {DigitsData.class, IdxData.class, CsvData.class, ParquetData.class, ImageFolderData.class})
public interface DataSpec {
    /** What every feature value is divided by. */
    double scale();

    /** The part of the training samples that is kept for validation. */
    ValidationSpec validation();

    /** The part of the training samples that is kept for the test; none where there are test samples of their own. */
    default ValidationSpec testSplit() {
        return ValidationSpec.NONE;
    }

    /** The column that holds the weights of the samples; null where all weigh the same. */
    default @Nullable String weights() {
        return null;
    }

    /** Whether the samples are rows with columns, about which a condition can be asked. */
    default boolean hasColumns() {
        return false;
    }
}
