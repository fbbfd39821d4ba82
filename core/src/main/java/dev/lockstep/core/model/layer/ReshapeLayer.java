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
 * @param targetShape of the outputs, one size at most -1
 * @param name of the layer, or null
 */
@Named(
        value = "reshape",
        doc = "Gives each sample another shape of as many values, which stay in their order, last dimension fastest.")
public record ReshapeLayer(
        @Setting(
                        value = "Sizes of the dimensions, without the batch; one of them may be -1: whatever is left.",
                        single = true)
                List<Integer> targetShape,
        @Setting(value = "Name; made from the kind by default.", optional = true) @Nullable String name)
        implements LayerSpec {
    private static final int WHATEVER_IS_LEFT = -1;

    public ReshapeLayer {
        targetShape = List.copyOf(targetShape);
        boolean areSizes = targetShape.stream().allMatch(size -> size > 0 || size == WHATEVER_IS_LEFT);
        long open =
                targetShape.stream().filter(size -> size == WHATEVER_IS_LEFT).count();
        new Checks()
                .that(
                        "target_shape",
                        !targetShape.isEmpty() && areSizes && open <= 1,
                        "whole numbers above 0, one of them at most -1",
                        targetShape)
                .done();
    }

    @Override
    public Shape outputShape(Shape input) {
        long given = targetShape.stream()
                .filter(size -> size > 0)
                .mapToLong(Integer::longValue)
                .reduce(1, Math::multiplyExact);
        boolean isOpen = targetShape.contains(WHATEVER_IS_LEFT);
        if (isOpen ? input.size() % given != 0 : input.size() != given) {
            throw new IllegalArgumentException("the " + input.size() + " values of the input's shape " + input
                    + " cannot take the shape " + targetShape);
        }
        int left = (int) (input.size() / given);
        return new Shape(targetShape.stream()
                .map(size -> size == WHATEVER_IS_LEFT ? left : size)
                .toList());
    }
}
