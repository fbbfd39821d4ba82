package dev.lockstep.core.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Small pictures moved by hand. */
class AffineWarpTest {
    private static final float ROUNDING = 1e-5f;

    private static AffineWarp warp(int height, int width, int channels, FillMode fillMode) {
        return new AffineWarp(height, width, channels, fillMode, 9);
    }

    private static float[] applied(AffineWarp warp, float... image) {
        warp.apply(image, 0);
        return image;
    }

    @Test
    void withoutAMoveEveryBitStays() {
        float[] image = {Float.MIN_VALUE, -0f, 1e30f, 3};
        assertThat(applied(warp(2, 2, 1, FillMode.CONSTANT), image.clone())).isEqualTo(image);
    }

    @Test
    void aQuarterTurnIsCounterClockwise() {
        AffineWarp warp = warp(3, 3, 1, FillMode.NEAREST);
        warp.turn(Math.PI / 2);
        assertThat(applied(warp, 1, 2, 3, 4, 5, 6, 7, 8, 9))
                .containsExactly(new float[] {3, 6, 9, 2, 5, 8, 1, 4, 7}, within(ROUNDING));
    }

    @Test
    void aHalfTurnOfColoursIsBothMirrors() {
        AffineWarp turn = warp(2, 3, 2, FillMode.NEAREST);
        turn.turn(Math.PI);
        float[] expected = {60, 61, 50, 51, 40, 41, 30, 31, 20, 21, 10, 11};
        assertThat(applied(turn, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61))
                .containsExactly(expected, within(ROUNDING * 10));
        AffineWarp mirrors = warp(2, 3, 2, FillMode.CONSTANT);
        mirrors.mirror(true, true);
        assertThat(applied(mirrors, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61))
                .containsExactly(expected);
    }

    @Test
    void mirrorsAreExact() {
        AffineWarp horizontal = warp(2, 3, 1, FillMode.CONSTANT);
        horizontal.mirror(true, false);
        assertThat(applied(horizontal, 1, 2, 3, 4, 5, 6)).containsExactly(3, 2, 1, 6, 5, 4);
        AffineWarp vertical = warp(2, 3, 1, FillMode.CONSTANT);
        vertical.mirror(false, true);
        assertThat(applied(vertical, 1, 2, 3, 4, 5, 6)).containsExactly(4, 5, 6, 1, 2, 3);
    }

    /** One down and two to the right. */
    @Test
    void shiftsByWholePixelsShowTheFillOutside() {
        float[] image = {1, 2, 3, 4, 5, 6, 7, 8};
        assertThat(shifted(FillMode.CONSTANT, image)).containsExactly(9, 9, 9, 9, 9, 9, 1, 2);
        assertThat(shifted(FillMode.NEAREST, image)).containsExactly(1, 1, 1, 2, 1, 1, 1, 2);
        assertThat(shifted(FillMode.REFLECT, image)).containsExactly(2, 1, 1, 2, 2, 1, 1, 2);
        assertThat(shifted(FillMode.WRAP, image)).containsExactly(7, 8, 5, 6, 3, 4, 1, 2);
    }

    private static float[] shifted(FillMode fillMode, float[] image) {
        AffineWarp warp = warp(2, 4, 1, fillMode);
        warp.shift(1, 2);
        return applied(warp, image.clone());
    }

    @Test
    void aShiftByAQuarterMixesNeighbours() {
        AffineWarp warp = warp(1, 4, 1, FillMode.CONSTANT);
        warp.shift(0, 0.25);
        assertThat(applied(warp, 4, 8, 0, 16)).containsExactly(0.75f * 4 + 0.25f * 9, 7, 2, 12);
    }

    /** Places 0, 1, 2, 3 are seen at 0.75, 1.25, 1.75, 2.25. */
    @Test
    void zoomOfAHalfDoublesWhatIsAroundTheCentre() {
        AffineWarp warp = warp(1, 4, 1, FillMode.REFLECT);
        warp.zoom(1, 0.5);
        assertThat(applied(warp, 0, 8, 16, 24)).containsExactly(6, 10, 14, 18);
    }

    /** Every second pixel about the centre, and the fill around. */
    @Test
    void zoomOfTwoHalves() {
        AffineWarp warp = warp(1, 5, 1, FillMode.CONSTANT);
        warp.zoom(2, 2);
        assertThat(applied(warp, 1, 2, 3, 4, 5)).containsExactly(9, 1, 3, 5, 9);
    }

    /** Mirrored, then turned, then shifted: the upper left pixel goes right, then up, then one to the right. */
    @Test
    void theOrderIsMirrorTurnShift() {
        AffineWarp warp = warp(3, 3, 1, FillMode.CONSTANT);
        warp.mirror(true, false);
        warp.turn(Math.PI / 2);
        warp.shift(0, 1);
        // Mirrored: 3 2 1 / 6 5 4 / 9 8 7. Turned: 1 4 7 / 2 5 8 / 3 6 9.
        assertThat(applied(warp, 1, 2, 3, 4, 5, 6, 7, 8, 9))
                .containsExactly(new float[] {9, 1, 4, 9, 2, 5, 9, 3, 6}, within(ROUNDING));
    }

    @Test
    void fillsFarAway() {
        assertThat(FillMode.REFLECT.source(-1, 3)).isZero();
        assertThat(FillMode.REFLECT.source(-4, 3)).isEqualTo(2);
        assertThat(FillMode.REFLECT.source(6, 3)).isZero();
        assertThat(FillMode.REFLECT.source(Integer.MIN_VALUE, 1)).isZero();
        assertThat(FillMode.WRAP.source(-4, 3)).isEqualTo(2);
        assertThat(FillMode.NEAREST.source(Integer.MAX_VALUE, 3)).isEqualTo(2);
        assertThat(FillMode.CONSTANT.source(3, 3)).isEqualTo(FillMode.OUTSIDE);
    }
}
