package dev.lockstep.core.augmentation;

import org.jspecify.annotations.Nullable;

/** Draws mirror, turn, zoom and shift for each image and makes them in one pass. Not safe for several threads. */
final class AffineMoves {
    private static final Range NOTHING = new Range(0, 0);

    private final AffineWarp warp;
    private final int height;
    private final int width;
    private final @Nullable ChangeNumbers flipNumbers;
    private final boolean flipsHorizontally;
    private final boolean flipsVertically;
    private final @Nullable ChangeNumbers rotationNumbers;
    private final Range turns;
    private final @Nullable ChangeNumbers zoomNumbers;
    private final Range zoomDown;
    private final @Nullable Range zoomAcross;
    private final @Nullable ChangeNumbers shiftNumbers;
    private final Range shiftDown;
    private final Range shiftRight;

    AffineMoves(AugmentationSpec spec, long jobSeed, int height, int width, int channels) {
        this.height = height;
        this.width = width;
        warp = new AffineWarp(height, width, channels, spec.fillMode(), spec.fillValue());
        RandomFlip flip = spec.randomFlip();
        flipNumbers = flip == null ? null : new ChangeNumbers("random_flip", flip.seed(), jobSeed, flip.probability());
        flipsHorizontally = flip != null && flip.mode() != RandomFlip.Mode.VERTICAL;
        flipsVertically = flip != null && flip.mode() != RandomFlip.Mode.HORIZONTAL;
        RandomRotation rotation = spec.randomRotation();
        rotationNumbers = rotation == null
                ? null
                : new ChangeNumbers("random_rotation", rotation.seed(), jobSeed, rotation.probability());
        turns = rotation == null ? NOTHING : Range.aroundZero(rotation.factor());
        RandomZoom zoom = spec.randomZoom();
        zoomNumbers = zoom == null ? null : new ChangeNumbers("random_zoom", zoom.seed(), jobSeed, zoom.probability());
        zoomDown = zoom == null ? NOTHING : Range.aroundZero(zoom.heightFactor());
        zoomAcross = zoom == null || zoom.widthFactor() == null ? null : Range.aroundZero(zoom.widthFactor());
        RandomTranslation shift = spec.randomTranslation();
        shiftNumbers = shift == null
                ? null
                : new ChangeNumbers("random_translation", shift.seed(), jobSeed, shift.probability());
        shiftDown = shift == null ? NOTHING : Range.aroundZero(shift.heightFactor());
        shiftRight = shift == null ? NOTHING : Range.aroundZero(shift.widthFactor());
    }

    /** Moves the pixels of the image at {@code images[offset ...]}, in place. */
    void apply(float[] images, int offset, int epoch, int sample) {
        warp.reset();
        if (flipNumbers != null) {
            boolean first = flipNumbers.select(epoch, sample);
            warp.mirror(flipsHorizontally && first, flipsVertically && flipNumbers.happens(1));
        }
        if (rotationNumbers != null && rotationNumbers.select(epoch, sample)) {
            warp.turn(2 * Math.PI * turns.at(rotationNumbers.uniform(1)));
        }
        if (zoomNumbers != null && zoomNumbers.select(epoch, sample)) {
            double down = 1 + zoomDown.at(zoomNumbers.uniform(1));
            warp.zoom(down, zoomAcross == null ? down : 1 + zoomAcross.at(zoomNumbers.uniform(2)));
        }
        if (shiftNumbers != null && shiftNumbers.select(epoch, sample)) {
            warp.shift(height * shiftDown.at(shiftNumbers.uniform(1)), width * shiftRight.at(shiftNumbers.uniform(2)));
        }
        warp.apply(images, offset);
    }
}
