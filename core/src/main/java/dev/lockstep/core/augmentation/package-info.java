/**
 * Changes of training images on the fly: turned, shifted, zoomed, mirrored, blurred, with noise. A new kind is one record
 * here, one component of {@link dev.lockstep.core.augmentation.AugmentationSpec} and its place in {@link
 * dev.lockstep.core.augmentation.ImageAugmentation}.
 */
@NullMarked
package dev.lockstep.core.augmentation;

import org.jspecify.annotations.NullMarked;
