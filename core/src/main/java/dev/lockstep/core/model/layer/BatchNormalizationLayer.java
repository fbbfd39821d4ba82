package dev.lockstep.core.model.layer;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.ParameterSpec;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.RegularizerSpec;
import dev.lockstep.core.model.initializer.InitializerSpec;
import dev.lockstep.core.model.initializer.OnesInitializer;
import dev.lockstep.core.model.initializer.ZerosInitializer;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}. Four vectors in the flat vector: gamma, beta, moving mean, moving variance.
 *
 * @param momentum of the moving statistics
 * @param epsilon added to the variance
 * @param synchronizedMoments whether the moments span the global batch
 * @param name of the layer, or null
 */
@Named(
        value = "batch_normalization",
        doc = "gamma (x - mean) / sqrt(variance + epsilon) + beta over the batch (Ioffe and Szegedy 2015); moving"
                + " statistics: moving = momentum * moving + (1 - momentum) * batch.")
public record BatchNormalizationLayer(
        @Setting(value = "Momentum of the moving mean and variance.", byDefault = "0.99") double momentum,
        @Setting(value = "Added to the variance.", byDefault = "0.001") double epsilon,
        @Setting(
                        value = "Whether the moments span the global batch (the same answer for any number of workers)"
                                + " where the replica can.",
                        key = "synchronized",
                        byDefault = "true")
                boolean synchronizedMoments,
        @Setting(value = "Name; made from the kind by default.", optional = true) @Nullable String name)
        implements LayerSpec {
    public BatchNormalizationLayer {
        new Checks().fraction("momentum", momentum).positive("epsilon", epsilon).done();
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        int features = input.dimensions().get(input.rank() - 1);
        InitializerSpec zeros = new ZerosInitializer();
        InitializerSpec ones = new OnesInitializer();
        Shape shape = Shape.of(features);
        return List.of(
                new ParameterSpec("gamma", shape, ones, features, features, RegularizerSpec.NONE, Role.TRAINABLE),
                new ParameterSpec("beta", shape, zeros, features, features, RegularizerSpec.NONE, Role.TRAINABLE),
                new ParameterSpec(
                        "moving_mean", shape, zeros, features, features, RegularizerSpec.NONE, Role.STATISTIC),
                new ParameterSpec(
                        "moving_variance", shape, ones, features, features, RegularizerSpec.NONE, Role.STATISTIC));
    }
}
