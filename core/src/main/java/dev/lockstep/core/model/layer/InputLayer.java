package dev.lockstep.core.model.layer;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param shape that a sample has to have
 * @param name of the layer, or null
 */
@Named(
        value = "input",
        doc = "Declares the shape of a sample, which comes from the data: a job whose data have another shape is"
                + " refused. The first layer, if at all; it computes nothing.")
public record InputLayer(
        @Setting(value = "Sizes of a sample's dimensions, without the batch; one number for a vector.", single = true)
                List<Integer> shape,
        @Setting(value = "Name; made from the kind by default.", optional = true) @Nullable String name)
        implements LayerSpec {
    public InputLayer {
        shape = List.copyOf(shape);
        new Checks()
                .that(
                        "shape",
                        !shape.isEmpty() && shape.stream().allMatch(size -> size > 0),
                        "whole numbers above 0",
                        shape)
                .done();
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape declared = new Shape(shape);
        if (!declared.equals(input)) {
            throw new IllegalArgumentException("the samples have shape " + input + ", declared is " + declared
                    + "; declare what the data have, and put a reshape layer behind it where the layers need another"
                    + " shape");
        }
        return input;
    }
}
