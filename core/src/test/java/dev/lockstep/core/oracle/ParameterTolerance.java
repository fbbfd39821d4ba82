package dev.lockstep.core.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.optimizer.AdadeltaOptimizer;
import dev.lockstep.core.optimizer.AdamOptimizer;
import dev.lockstep.core.optimizer.AdamwOptimizer;
import dev.lockstep.core.optimizer.NadamOptimizer;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.optimizer.RmspropOptimizer;
import java.util.Arrays;

/**
 * How far parameters may be from those of the reference trainer, or of another number of workers: 1e-5 for the SGD
 * family; for the Adam family 99.9 % within 1e-5 and none beyond 2 % of learning rate x steps, because Adam turns
 * rounding into steps of the size of the learning rate.
 */
public final class ParameterTolerance {
    private static final double CLOSE = 1e-5;
    private static final double CLOSE_SHARE = 0.999;
    private static final double FARTHEST_SHARE_OF_WAY = 0.02;

    private ParameterTolerance() {}

    /** Requires that the parameters agree after so many steps. */
    public static void assertAgree(float[] found, double[] expected, OptimizerSpec optimizer, int steps, String what) {
        double[] differences = sortedDifferences(found, expected);
        double largest = differences[differences.length - 1];
        if (dividesByTheGradientsSize(optimizer)) {
            double most = differences[(int) Math.ceil(CLOSE_SHARE * differences.length) - 1];
            assertThat(most).as("99.9 %% of the parameters, %s", what).isLessThan(CLOSE);
            assertThat(largest)
                    .as("largest difference, %s", what)
                    .isLessThan(FARTHEST_SHARE_OF_WAY * optimizer.learningRate() * steps);
        } else {
            assertThat(largest).as("largest difference, %s", what).isLessThan(CLOSE);
        }
    }

    /** The Adam family: steps have about the size of the learning rate, however small the gradient. */
    private static boolean dividesByTheGradientsSize(OptimizerSpec optimizer) {
        return optimizer instanceof AdamOptimizer
                || optimizer instanceof AdamwOptimizer
                || optimizer instanceof NadamOptimizer
                || optimizer instanceof RmspropOptimizer
                || optimizer instanceof AdadeltaOptimizer;
    }

    /** The largest difference. */
    public static double largestDifference(float[] found, double[] expected) {
        double[] differences = sortedDifferences(found, expected);
        return differences[differences.length - 1];
    }

    /** The median difference: of a start and an end, how far training has gone. */
    public static double medianDifference(float[] found, double[] expected) {
        return sortedDifferences(found, expected)[found.length / 2];
    }

    /** The same values in double precision. */
    public static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    private static double[] sortedDifferences(float[] found, double[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        double[] differences = new double[found.length];
        Arrays.setAll(differences, i -> Math.abs(found[i] - expected[i]));
        Arrays.sort(differences);
        return differences;
    }
}
