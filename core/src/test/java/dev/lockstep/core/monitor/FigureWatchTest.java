package dev.lockstep.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.evaluation.AccuracyMetric;
import dev.lockstep.core.evaluation.MaeMetric;
import dev.lockstep.core.evaluation.RocAucMetric;
import java.util.List;
import org.junit.jupiter.api.Test;

class FigureWatchTest {
    private static FigureWatch watch(boolean higherIsBetter, double minDelta) {
        return new FigureWatch(new Monitored("figure", higherIsBetter, false), minDelta);
    }

    @Test
    void anImprovementIsMoreThanTheLeastDifference() {
        FigureWatch loss = watch(false, 0.25);
        assertThat(loss.observe(2, 1, 10)).isTrue();
        assertThat(loss.observe(1.75, 2, 20)).as("by 0.25, not more").isFalse();
        assertThat(loss.waited()).isEqualTo(1);
        assertThat(loss.observe(1.5, 3, 30)).isTrue();
        assertThat(List.of(loss.waited(), loss.epoch())).containsExactly(0, 3);
        assertThat(loss.step()).isEqualTo(30);
        assertThat(loss.best()).isEqualTo(1.5);
    }

    @Test
    void moreIsBetterOfOtherFigures() {
        FigureWatch accuracy = watch(true, 0);
        assertThat(accuracy.observe(0, 1, 1)).as("the first").isTrue();
        assertThat(accuracy.observe(0, 2, 2)).isFalse();
        assertThat(accuracy.observe(0.5, 3, 3)).isTrue();
        assertThat(accuracy.observe(0.25, 4, 4)).isFalse();
    }

    @Test
    void aFigureThatIsNoNumberIsNeverTheBest() {
        FigureWatch loss = watch(false, 0);
        assertThat(loss.observe(Double.NaN, 1, 1)).isFalse();
        assertThat(loss.hasBest()).isFalse();
        assertThat(loss.waited()).isEqualTo(1);
        assertThat(loss.observe(3, 2, 2)).isTrue();
        assertThat(loss.observe(Double.NaN, 3, 3)).isFalse();
    }

    @Test
    void figuresHaveADirectionOfTheirOwn() {
        assertThat(Monitored.of(List.of(new AccuracyMetric(), new RocAucMetric(), new MaeMetric())))
                .containsExactly(
                        new Monitored("loss", false, false),
                        new Monitored("accuracy", true, false),
                        new Monitored("mae", false, false),
                        new Monitored("val_loss", false, true),
                        new Monitored("val_accuracy", true, true),
                        new Monitored("val_roc_auc", true, true),
                        new Monitored("val_mae", false, true));
        assertThat(Monitored.of("loss", MonitorMode.MAX, List.of()).higherIsBetter())
                .isTrue();
    }
}
