package dev.lockstep.spark.drawing;

import dev.lockstep.core.random.CounterRandom;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.QuadCurve2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/**
 * Draws a cat or a dog that sits before a background: pose, size, place, coat, light and background vary alike for both,
 * so that only the shapes tell them apart (ears, muzzle, eyes, whiskers, tail). A function of the key. Not safe for several
 * threads.
 */
final class PetPainter {
    /** The animals; a class's directory has its name. */
    enum Pet {
        CAT,
        DOG
    }

    /** The picture is painted on a field of 100 x 100, whatever its size. */
    private static final double FIELD = 100;

    private static final Color PINK = new Color(0xE59AA0);
    private static final Color DARK = new Color(0x1E1A18);
    private static final int[] COATS = {
        0x2B2724, 0x5A4636, 0x8A6642, 0xB98A54, 0xD9B47C, 0xE8DDCB, 0x8E8A86, 0x5F6670, 0xC4703A, 0xF2F0EC
    };
    private static final int CLUTTER = 5;
    private static final double GRAIN = 9;

    private long key;
    private int counter;
    private Color coat = DARK;
    private Color shade = DARK;
    private Color patch = DARK;

    /** Draws one picture of {@code side} x {@code side} pixels. */
    BufferedImage paint(Pet pet, long pictureKey, int side) {
        key = pictureKey;
        counter = 0;
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.scale(side / FIELD, side / FIELD);
            paintBackground(graphics);
            chooseCoat();
            graphics.transform(pose());
            paintBody(graphics, pet);
            graphics.rotate(between(-0.3, 0.3), 50, 50);
            if (pet == Pet.CAT) {
                paintCatHead(graphics);
            } else {
                paintDogHead(graphics);
            }
        } finally {
            graphics.dispose();
        }
        grain(image);
        return image;
    }

    private void paintBackground(Graphics2D graphics) {
        float bottom = (float) between(60, FIELD);
        graphics.setPaint(new GradientPaint(0, 0, anyColour(), (float) between(0, FIELD), bottom, anyColour()));
        graphics.fill(new Rectangle2D.Double(0, 0, FIELD, FIELD));
        graphics.setColor(anyColour());
        graphics.fill(new Rectangle2D.Double(0, between(62, 90), FIELD, FIELD));
        for (int i = 0; i < CLUTTER; i++) {
            Color colour = anyColour();
            graphics.setColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 170));
            double width = between(5, 30);
            Shape thing = ellipse(between(0, FIELD), between(0, FIELD), width, between(5, 30));
            if (uniform() < 0.5) {
                thing = triangle(between(0, FIELD), between(0, FIELD), width);
            }
            graphics.fill(thing);
        }
    }

    private Path2D triangle(double x, double y, double size) {
        Path2D path = new Path2D.Double();
        path.moveTo(x + between(-size, size), y + between(-size, size));
        path.lineTo(x + between(-size, size), y + between(-size, size));
        path.lineTo(x + between(-size, size), y + between(-size, size));
        path.closePath();
        return path;
    }

    private void chooseCoat() {
        coat = varied(new Color(COATS[CounterRandom.below(key, counter++, COATS.length)]));
        shade = mixed(coat, DARK, between(0.2, 0.4));
        patch = varied(new Color(COATS[CounterRandom.below(key, counter++, COATS.length)]));
    }

    private AffineTransform pose() {
        double size = between(0.65, 1.05);
        AffineTransform pose = AffineTransform.getTranslateInstance(50 + between(-12, 12), 52 + between(-10, 10));
        pose.rotate(between(-0.25, 0.25));
        pose.scale(uniform() < 0.5 ? -size : size, size * between(0.9, 1.1));
        pose.translate(-50, -52);
        return pose;
    }

    private void paintBody(Graphics2D graphics, Pet pet) {
        graphics.setColor(shade);
        boolean isCat = pet == Pet.CAT;
        graphics.setStroke(new BasicStroke(
                (float) (isCat ? between(4, 6) : between(6, 9)), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        double reach = isCat ? between(28, 40) : between(20, 27);
        graphics.draw(new QuadCurve2D.Double(64, 90, 50 + reach + 8, 92, 50 + reach, isCat ? 52 : between(62, 70)));
        graphics.setColor(coat);
        graphics.fill(ellipse(50, 82, between(36, 46), 46));
        if (uniform() < 0.4) {
            graphics.setColor(patch);
            graphics.fill(ellipse(50 + between(-6, 6), 84, between(12, 22), between(18, 30)));
        }
        graphics.setColor(shade);
        graphics.fill(ellipse(41, 97, 12, 9));
        graphics.fill(ellipse(59, 97, 12, 9));
    }

    private void paintCatHead(Graphics2D graphics) {
        double width = between(42, 50);
        double spread = width / 2;
        double tip = between(13, 20);
        for (int side = -1; side <= 1; side += 2) {
            graphics.setColor(coat);
            graphics.fill(ear(side, spread, tip, 0));
            graphics.setColor(mixed(PINK, coat, 0.3));
            graphics.fill(ear(side, spread, tip, 3.5));
        }
        graphics.setColor(coat);
        graphics.fill(ellipse(50, 45, width, between(35, 40)));
        paintPatch(graphics);
        Color iris = Color.getHSBColor((float) between(0.12, 0.4), 0.7f, 0.85f);
        double eye = between(8, 11);
        for (int side = -1; side <= 1; side += 2) {
            graphics.setColor(iris);
            graphics.fill(ellipse(50 + side * 10, 43, eye, eye * 0.8));
            graphics.setColor(DARK);
            graphics.fill(ellipse(50 + side * 10, 43, between(1.8, 3.5), eye * 0.75));
        }
        Path2D nose = new Path2D.Double();
        nose.moveTo(47.5, 50);
        nose.lineTo(52.5, 50);
        nose.lineTo(50, 53);
        nose.closePath();
        graphics.setColor(PINK);
        graphics.fill(nose);
        graphics.setColor(luminance(coat) < 110 ? Color.LIGHT_GRAY : DARK);
        graphics.setStroke(new BasicStroke(0.8f));
        for (int line = -1; line <= 1; line++) {
            double drop = between(-1, 1);
            graphics.draw(new Line2D.Double(44, 53 + line, 24, 52 + 5 * line + drop));
            graphics.draw(new Line2D.Double(56, 53 + line, 76, 52 + 5 * line + drop));
        }
    }

    /** A pointed ear; {@code inside} is how much smaller it is. */
    private static Path2D ear(int side, double spread, double tip, double inside) {
        Path2D path = new Path2D.Double();
        path.moveTo(50 + side * (spread - inside), 42 - inside);
        path.lineTo(50 + side * (spread - 2), 42 - tip - 12 + 1.5 * inside);
        path.lineTo(50 + side * (spread - 17 + inside), 31 - inside / 2);
        path.closePath();
        return path;
    }

    private void paintDogHead(Graphics2D graphics) {
        double width = between(36, 43);
        graphics.setColor(coat);
        graphics.fill(ellipse(50, 43, width, between(38, 44)));
        paintPatch(graphics);
        double hang = between(0.1, 0.55);
        double length = between(26, 34);
        graphics.setColor(uniform() < 0.5 ? shade : mixed(coat, DARK, 0.6));
        for (int side = -1; side <= 1; side += 2) {
            AffineTransform turned = AffineTransform.getRotateInstance(-side * hang, 50 + side * (width / 2 - 3), 30);
            graphics.fill(turned.createTransformedShape(
                    ellipse(50 + side * (width / 2 - 1), 28 + length / 2, between(10, 13), length)));
        }
        for (int side = -1; side <= 1; side += 2) {
            graphics.setColor(Color.WHITE);
            graphics.fill(ellipse(50 + side * 8.5, 39, 6.5, 6.5));
            graphics.setColor(DARK);
            graphics.fill(ellipse(50 + side * 8.5, 39.5, 5, 5));
        }
        if (uniform() < 0.5) {
            graphics.setColor(PINK);
            graphics.fill(ellipse(50 + between(-2, 2), 64, 7, between(9, 14)));
        }
        graphics.setColor(mixed(coat, Color.WHITE, between(0.25, 0.6)));
        graphics.fill(ellipse(50, 54, between(19, 25), between(17, 22)));
        graphics.setColor(DARK);
        graphics.fill(ellipse(50, between(47, 50), between(9, 12), between(6, 8)));
        graphics.setStroke(new BasicStroke(1));
        graphics.draw(new QuadCurve2D.Double(44, 58, 50, between(60, 64), 56, 58));
    }

    private void paintPatch(Graphics2D graphics) {
        if (uniform() < 0.4) {
            graphics.setColor(patch);
            graphics.fill(ellipse(50 + between(-9, 9), 40 + between(-6, 3), between(9, 16), between(9, 16)));
        }
    }

    /** Light and noise of a camera. */
    private void grain(BufferedImage image) {
        double light = between(0.7, 1.15);
        double strength = GRAIN * uniform();
        long grainKey = CounterRandom.key(key, "grain");
        long value = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int colour = image.getRGB(x, y);
                int changed = 0;
                for (int shift = 16; shift >= 0; shift -= 8) {
                    double lit = light * (colour >> shift & 0xFF) + strength * CounterRandom.normal(grainKey, value++);
                    changed |= (int) Math.max(0, Math.min(255, Math.round(lit))) << shift;
                }
                image.setRGB(x, y, changed);
            }
        }
    }

    private static Ellipse2D ellipse(double centreX, double centreY, double width, double height) {
        return new Ellipse2D.Double(centreX - width / 2, centreY - height / 2, width, height);
    }

    private Color anyColour() {
        return Color.getHSBColor((float) uniform(), (float) between(0.05, 0.75), (float) between(0.25, 0.95));
    }

    private Color varied(Color colour) {
        return mixed(colour, anyColour(), 0.12);
    }

    private static Color mixed(Color one, Color other, double share) {
        return new Color(
                mixed(one.getRed(), other.getRed(), share),
                mixed(one.getGreen(), other.getGreen(), share),
                mixed(one.getBlue(), other.getBlue(), share));
    }

    private static int mixed(int one, int other, double share) {
        return (int) Math.round(one + share * (other - one));
    }

    private static double luminance(Color colour) {
        return 0.299 * colour.getRed() + 0.587 * colour.getGreen() + 0.114 * colour.getBlue();
    }

    private double uniform() {
        return CounterRandom.uniform(key, counter++);
    }

    private double between(double low, double high) {
        return low + (high - low) * uniform();
    }
}
