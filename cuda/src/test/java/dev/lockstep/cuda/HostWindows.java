package dev.lockstep.cuda;

import dev.lockstep.core.model.layer.WindowGeometry;
import dev.lockstep.cuda.DeviceOperations.Pooling;
import java.util.Arrays;

/**
 * The formulas of convolution and pooling over images (rows, height, width, channels), cell by cell of each window. The
 * padding is what cuDNN would be told: as much after the image as before it.
 */
record HostWindows(WindowGeometry windows, int rows, int filters) {
    /** Is shown every cell of every window that lies inside its image. */
    @FunctionalInterface
    private interface Visitor {
        /**
         * Sees one cell.
         *
         * @param input index of the cell's first channel in the images
         * @param output index of the window's first filter in the features
         * @param offset of the cell in the window, row by row
         */
        void visit(int input, int output, int offset);
    }

    int inputValues() {
        return rows * windows.inputHeight() * windows.inputWidth() * windows.inputChannels();
    }

    int outputValues() {
        return rows * windows.outputHeight() * windows.outputWidth() * filters;
    }

    private void forEachCell(Visitor visitor) {
        int windowsOfImage = windows.outputHeight() * windows.outputWidth();
        int cellsOfWindow = windows.kernelHeight() * windows.kernelWidth();
        for (int window = 0; window < rows * windowsOfImage; window++) {
            int image = window / windowsOfImage;
            int top = window % windowsOfImage / windows.outputWidth() * windows.strideHeight() - windows.padTop();
            int left = window % windows.outputWidth() * windows.strideWidth() - windows.padLeft();
            for (int cell = 0; cell < cellsOfWindow; cell++) {
                int y = top + cell / windows.kernelWidth();
                int x = left + cell % windows.kernelWidth();
                if (y >= 0 && y < windows.inputHeight() && x >= 0 && x < windows.inputWidth()) {
                    int index = (image * windows.inputHeight() + y) * windows.inputWidth() + x;
                    visitor.visit(index * windows.inputChannels(), window * filters, cell);
                }
            }
        }
    }

    /** Where the weight of a filter, a channel and a cell lies. */
    private int weight(int filter, int channel, int cell) {
        return (filter * windows.inputChannels() + channel) * windows.kernelHeight() * windows.kernelWidth() + cell;
    }

    float[] convolve(float[] images, float[] kernel) {
        float[] features = new float[outputValues()];
        forEachCell((input, output, cell) -> {
            for (int filter = 0; filter < filters; filter++) {
                for (int channel = 0; channel < windows.inputChannels(); channel++) {
                    features[output + filter] += images[input + channel] * kernel[weight(filter, channel, cell)];
                }
            }
        });
        return features;
    }

    float[] kernelGradient(float[] images, float[] gradient, int weights) {
        float[] result = new float[weights];
        forEachCell((input, output, cell) -> {
            for (int filter = 0; filter < filters; filter++) {
                for (int channel = 0; channel < windows.inputChannels(); channel++) {
                    result[weight(filter, channel, cell)] += images[input + channel] * gradient[output + filter];
                }
            }
        });
        return result;
    }

    float[] imageGradient(float[] kernel, float[] gradient) {
        float[] result = new float[inputValues()];
        forEachCell((input, output, cell) -> {
            for (int filter = 0; filter < filters; filter++) {
                for (int channel = 0; channel < windows.inputChannels(); channel++) {
                    result[input + channel] += kernel[weight(filter, channel, cell)] * gradient[output + filter];
                }
            }
        });
        return result;
    }

    float[] pool(Pooling pooling, float[] images) {
        float[] features = new float[outputValues()];
        if (pooling == Pooling.LARGEST) {
            Arrays.fill(features, Float.NEGATIVE_INFINITY);
        }
        int[] cells = cells();
        forEachCell((input, output, cell) -> {
            for (int channel = 0; channel < filters; channel++) {
                float value = images[input + channel];
                features[output + channel] = pooling == Pooling.LARGEST
                        ? Math.max(features[output + channel], value)
                        : features[output + channel] + value / cells[output / filters];
            }
        });
        return features;
    }

    float[] poolGradient(Pooling pooling, float[] images, float[] gradient) {
        float[] features = pool(pooling, images);
        float[] result = new float[inputValues()];
        boolean[] isGiven = new boolean[features.length];
        int[] cells = cells();
        forEachCell((input, output, cell) -> {
            for (int channel = 0; channel < filters; channel++) {
                int feature = output + channel;
                if (pooling == Pooling.MEAN) {
                    result[input + channel] += gradient[feature] / cells[output / filters];
                } else if (!isGiven[feature] && images[input + channel] == features[feature]) {
                    isGiven[feature] = true;
                    result[input + channel] += gradient[feature];
                }
            }
        });
        return result;
    }

    /** How many cells of each window lie inside its image. */
    private int[] cells() {
        int[] cells = new int[outputValues() / filters];
        forEachCell((input, output, cell) -> cells[output / filters]++);
        return cells;
    }
}
