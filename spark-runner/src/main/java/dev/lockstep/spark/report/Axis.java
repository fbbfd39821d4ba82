package dev.lockstep.spark.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The scale of one direction of a chart: which values it spans, where they lie and which of them are named. */
final class Axis {
    private static final int ABOUT_TICKS = 5;
    private static final int MOST_TICKS = 20;
    private static final int MOST_DECADES_WITH_STEPS = 3;
    private static final double SMALLEST_PLAIN = 1e-4;

    /** From where on a logarithmic scale shows more than a linear one. */
    private static final double WIDE = 200;

    /**
     * A named value.
     *
     * @param value where
     * @param label how it is written
     */
    record Tick(double value, String label) {}

    private final double from;
    private final double to;
    private final boolean logarithmic;
    private final List<Tick> ticks = new ArrayList<>();

    private Axis(double from, double to, boolean logarithmic) {
        this.from = from;
        this.to = to;
        this.logarithmic = logarithmic;
    }

    /** A linear scale whose ends are round; a single value gets room on both sides. */
    static Axis linear(double smallest, double largest) {
        double margin = smallest < largest ? 0 : smallest == 0 ? 0.5 : Math.abs(smallest) / 2;
        double step = roundStep((largest - smallest + 2 * margin) / ABOUT_TICKS);
        double from = Math.floor((smallest - margin) / step + 1e-9) * step;
        double to = Math.ceil((largest + margin) / step - 1e-9) * step;
        Axis axis = new Axis(from, to, false);
        axis.addLinearTicks(step);
        return axis;
    }

    /** A linear scale that ends where the values end: for what goes on steadily, such as epochs. */
    static Axis exact(double smallest, double largest, boolean wholeNumbers) {
        double margin = smallest == largest ? 0.5 : 0;
        double step = roundStep((largest - smallest + 2 * margin) / ABOUT_TICKS);
        Axis axis = new Axis(smallest - margin, largest + margin, false);
        axis.addLinearTicks(wholeNumbers ? Math.max(1, step) : step);
        return axis;
    }

    /** A logarithmic scale where all values are positive and they span decades, else a linear one. */
    static Axis fitting(double smallest, double largest) {
        if (smallest <= 0 || largest / smallest < WIDE) {
            return linear(smallest, largest);
        }
        Axis axis = new Axis(Math.log10(smallest) - 0.05, Math.log10(largest) + 0.05, true);
        boolean steps = axis.to - axis.from <= MOST_DECADES_WITH_STEPS;
        for (int decade = (int) Math.floor(axis.from); decade <= axis.to; decade++) {
            for (int digit : steps ? new int[] {1, 2, 5} : new int[] {1}) {
                double value = digit * Math.pow(10, decade);
                if (Math.log10(value) >= axis.from && Math.log10(value) <= axis.to) {
                    axis.ticks.add(new Tick(value, label(value, value, value)));
                }
            }
        }
        return axis;
    }

    private void addLinearTicks(double step) {
        double magnitude = Math.max(Math.abs(from), Math.abs(to));
        // Counted: a step that is nothing beside the values would never get to the end.
        double first = Math.ceil(from / step - 1e-9);
        for (int i = 0; i < MOST_TICKS && (first + i) * step <= to + step * 1e-9; i++) {
            ticks.add(new Tick((first + i) * step, label((first + i) * step, step, magnitude)));
        }
    }

    /** 1, 2 or 5 times a power of ten, not below what is given. */
    private static double roundStep(double atLeast) {
        double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= atLeast * (1 - 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /** Where a value lies, from 0 at the beginning to 1 at the end. */
    double position(double value) {
        double scaled = logarithmic ? Math.log10(value) : value;
        return (scaled - from) / (to - from);
    }

    List<Tick> ticks() {
        return ticks;
    }

    boolean isLogarithmic() {
        return logarithmic;
    }

    private static String label(double value, double step, double magnitude) {
        if (value == 0) {
            return "0";
        }
        if (magnitude < SMALLEST_PLAIN) {
            return scientific(value);
        }
        if (magnitude >= 1e6) {
            return decimals(value / 1e6, step / 1e6) + "M";
        }
        if (magnitude >= 1e4) {
            return decimals(value / 1e3, step / 1e3) + "k";
        }
        return decimals(value, step);
    }

    private static String decimals(double value, double step) {
        int decimals = (int) Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9)));
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static String scientific(double value) {
        return String.format(Locale.ROOT, "%.1e", value)
                .replace(".0e", "e")
                .replace("e-0", "e-")
                .replace("e+0", "e");
    }
}
