package dev.lockstep.spark.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a chart.
 *
 * @param name in the legend
 * @param colour its place among the colours, from 0
 * @param dashed whether it is drawn in dashes
 * @param points from left to right; what is not finite is left out
 */
record Series(String name, int colour, boolean dashed, List<Point> points) {
    /** More points than that cannot be told apart on a screen. */
    static final int MOST_POINTS = 400;

    /** How many colours there are; a line more takes the first again. */
    static final int COLOURS = 8;

    /**
     * A point.
     *
     * @param x to the right
     * @param y upwards
     */
    record Point(double x, double y) {}

    Series {
        points = thin(points.stream()
                .filter(point -> Double.isFinite(point.x()) && Double.isFinite(point.y()))
                .toList());
    }

    /** Of long lines, the lowest and the highest point of each stretch: peaks must stay. */
    private static List<Point> thin(List<Point> points) {
        if (points.size() <= MOST_POINTS) {
            return points;
        }
        int stretches = MOST_POINTS / 2 - 1;
        List<Point> kept = new ArrayList<>();
        kept.add(points.get(0));
        for (int stretch = 0; stretch < stretches; stretch++) {
            int from = 1 + (int) ((long) stretch * (points.size() - 2) / stretches);
            int to = 1 + (int) ((long) (stretch + 1) * (points.size() - 2) / stretches);
            int low = from;
            int high = from;
            for (int i = from; i < to; i++) {
                low = points.get(i).y() < points.get(low).y() ? i : low;
                high = points.get(i).y() > points.get(high).y() ? i : high;
            }
            kept.add(points.get(Math.min(low, high)));
            if (low != high) {
                kept.add(points.get(Math.max(low, high)));
            }
        }
        kept.add(points.get(points.size() - 1));
        return kept;
    }
}
