package dev.lockstep.core.model.layer;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ParameterSpec;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.RegularizerSpec;
import dev.lockstep.core.model.initializer.InitializerSpec;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}. The kernel (inputs, units) lies in the flat vector column by column: all inputs of unit 0, then of
 * unit 1; the bias follows.
 *
 * @param units number of outputs
 * @param activation of the outputs
 * @param useBias whether a bias is added
 * @param kernelInitializer first values of the kernel
 * @param biasInitializer first values of the bias
 * @param kernelRegularizer penalty on the kernel
 * @param biasRegularizer penalty on the bias
 * @param name of the layer, or null
 */
@Named(value = "dense", doc = "Fully connected: activation(x kernel + bias).")
public record DenseLayer(
        @Setting("Number of outputs.") int units,
        @Setting(value = "Activation function.", byDefault = "linear") Activation activation,
        @Setting(value = "Whether a bias is added.", byDefault = "true") boolean useBias,
        @Setting(value = "First values of the kernel.", byDefault = "glorot_uniform") InitializerSpec kernelInitializer,
        @Setting(value = "First values of the bias.", byDefault = "zeros") InitializerSpec biasInitializer,
        @Setting(value = "Penalty on the kernel.", byDefault = "{l2: 0}") RegularizerSpec kernelRegularizer,
        @Setting(value = "Penalty on the bias.", byDefault = "{l2: 0}") RegularizerSpec biasRegularizer,
        @Setting(value = "Name; made from the kind by default.", optional = true) @Nullable String name)
        implements LayerSpec {
    public DenseLayer {
        new Checks().positive("units", units).done();
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != 1) {
            throw new IllegalArgumentException("dense expects one vector per sample, the input has shape " + input
                    + "; put a flatten layer before it");
        }
        return Shape.of(units);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        int inputs = input.size();
        List<ParameterSpec> parameters = new ArrayList<>();
        parameters.add(new ParameterSpec(
                "kernel",
                Shape.of(inputs, units),
                kernelInitializer,
                inputs,
                units,
                kernelRegularizer,
                Role.TRAINABLE));
        if (useBias) {
            parameters.add(new ParameterSpec(
                    "bias", Shape.of(units), biasInitializer, inputs, units, biasRegularizer, Role.TRAINABLE));
        }
        return parameters;
    }
}
