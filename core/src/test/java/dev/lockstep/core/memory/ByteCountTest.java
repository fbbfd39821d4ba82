package dev.lockstep.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteCountTest {
    @Test
    void whatDoesNotFitStaysAtTheLargest() {
        assertThat(ByteCount.product(3, 4, 5)).isEqualTo(60);
        assertThat(ByteCount.product()).isEqualTo(1);
        assertThat(ByteCount.product(1L << 40, 1L << 40)).isEqualTo(Long.MAX_VALUE);
        assertThat(ByteCount.product(1L << 40, 1L << 40, 2, 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(ByteCount.product(1L << 40, 1L << 40, 0)).isZero();
        assertThat(ByteCount.product(Long.MAX_VALUE, 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(ByteCount.sum(Long.MAX_VALUE - 1, 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(ByteCount.sum(Long.MAX_VALUE - 1, 2, 3)).isEqualTo(Long.MAX_VALUE);
        assertThat(ByteCount.ofFloats(Long.MAX_VALUE / 2)).isEqualTo(Long.MAX_VALUE);
        assertThat(new MemoryNeed(Long.MAX_VALUE, 1).plus(new MemoryNeed(5, 2)).times(3))
                .isEqualTo(new MemoryNeed(Long.MAX_VALUE, 9));
    }

    @Test
    void aSizeForPeople() {
        assertThat(ByteCount.text(1023)).isEqualTo("1023 bytes");
        assertThat(ByteCount.text(1536)).isEqualTo("1.5 KiB");
        assertThat(ByteCount.text(ByteCount.mebibytes(384))).isEqualTo("384 MiB");
        assertThat(ByteCount.text(ByteCount.mebibytes(3 * 1024))).isEqualTo("3.0 GiB");
        assertThat(ByteCount.text(Long.MAX_VALUE)).isEqualTo("more than 8 million TiB");
        assertThat(ByteCount.text(Long.MAX_VALUE - 1)).isEqualTo("8192 PiB");
    }
}
