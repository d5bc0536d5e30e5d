package dev.oversight.benchmarks;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * Draws what one crash and one removal cost as the number of siblings grows, a line for each system;
 * both axes are logarithmic. The picture brings its own background, a dark one where that is preferred.
 */
final class CostBySize {
    private static final List<Curve> CURVES = List.of(
            new Curve("oversight", "Oversight", "#1b6fd0", "#6cb2ff"),
            new Curve("otp", "OTP supervisor", "#b3261e", "#ff8a80"),
            new Curve("elixir", "Elixir DynamicSupervisor", "#7b3fa0", "#d0a2f0"),
            new Curve("pekko", "Pekko typed", "#0f7b4f", "#5fd39a"),
            new Curve("floor", "bare virtual threads", "#6b6b6b", "#a8a8a8"));
    private static final List<Panel> PANELS = List.of(
            new Panel(
                    "crash_to_running_p50_us",
                    "From a crash until the successor runs (median)",
                    micros -> micros),
            new Panel(
                    "terminate_delete",
                    "To end and forget a child by id",
                    perSecond -> 1e6 / perSecond));
    private static final List<Integer> SIZES = List.of(10, 1_000, 10_000, 100_000);

    private static final int WIDTH = 620;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int RIGHT = 190; // the names of the lines stand there
    private static final int TOP = 60;
    private static final int BOTTOM = 60;
    private static final int LINE_HEIGHT = 17;

    private final Results results;

    CostBySize(Results results) {
        this.results = results;
    }

    private record Curve(String column, String title, String light, String dark) {}

    private record Panel(String metric, String title, DoubleUnaryOperator toMicros) {}

    private record Point(int size, double micros) {}

    private record Drawn(Curve curve, List<Point> points) {
        double last() {
            return points.getLast().micros;
        }
    }

    /** An SVG document. */
    String svg() {
        StringBuilder svg = new StringBuilder();
        int width = WIDTH * PANELS.size();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">"
                        .formatted(width, HEIGHT));
        add(
                svg,
                "<title>What one crash and one removal cost beside more and more siblings</title>");
        add(svg, "<style>%s</style>".formatted(style()));
        add(svg, "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>".formatted(width, HEIGHT));
        for (int i = 0; i < PANELS.size(); i++) {
            add(svg, "<g transform=\"translate(%d 0)\">".formatted(i * WIDTH));
            panel(svg, PANELS.get(i));
            add(svg, "</g>");
        }
        add(svg, "</svg>");
        return svg.toString();
    }

    private static String style() {
        StringBuilder light = new StringBuilder(
                "text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600;font-size:15px}"
                        + ".paper{fill:#fff}.grid{stroke:#d8dee4}polyline{fill:none;stroke-width:2.5}");
        StringBuilder dark =
                new StringBuilder("text{fill:#e6edf3}.paper{fill:#0d1117}.grid{stroke:#30363d}");
        for (Curve curve : CURVES) {
            String rule = ".%1$s{stroke:%2$s}text.%1$s,circle.%1$s{fill:%2$s;stroke:none}";
            light.append(rule.formatted(curve.column, curve.light));
            dark.append(rule.formatted(curve.column, curve.dark));
        }
        return light + "@media(prefers-color-scheme:dark){" + dark + "}";
    }

    private void panel(StringBuilder svg, Panel panel) {
        List<Drawn> drawn = new ArrayList<>();
        for (Curve curve : CURVES) {
            List<Point> points = points(panel, curve.column);
            if (!points.isEmpty()) {
                drawn.add(new Drawn(curve, points));
            }
        }
        add(svg, "<text class=\"title\" x=\"%d\" y=\"28\">%s</text>".formatted(LEFT, panel.title));
        if (drawn.isEmpty()) {
            add(svg, "<text x=\"%d\" y=\"%d\">no figures</text>".formatted(LEFT, HEIGHT / 2));
            return;
        }
        Axis y = Axis.around(drawn.stream()
                .flatMap(curve -> curve.points.stream())
                .mapToDouble(Point::micros)
                .toArray());
        grid(svg, y);
        drawn.sort(Comparator.comparingDouble(Drawn::last).reversed());
        int lowestFree = TOP;
        for (Drawn curve : drawn) {
            int end = y.at(curve.last());
            int label = Math.max(end, lowestFree);
            lowestFree = label + LINE_HEIGHT;
            curve(svg, curve, y, label);
        }
    }

    private List<Point> points(Panel panel, String column) {
        List<Point> points = new ArrayList<>();
        for (int size : SIZES) {
            Spread spread = results.spread(panel.metric, size, column);
            if (spread != null) {
                points.add(new Point(size, panel.toMicros.applyAsDouble(spread.median())));
            }
        }
        return points;
    }

    private static void curve(StringBuilder svg, Drawn drawn, Axis y, int label) {
        String column = drawn.curve.column;
        StringBuilder path = new StringBuilder();
        for (Point point : drawn.points) {
            path.append(x(point.size)).append(',').append(y.at(point.micros)).append(' ');
        }
        add(
                svg,
                "<polyline class=\"%s\" points=\"%s\"/>"
                        .formatted(column, path.toString().strip()));
        for (Point point : drawn.points) {
            add(
                    svg,
                    "<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"4\"><title>%s, %s siblings: %s µs</title></circle>"
                            .formatted(
                                    column,
                                    x(point.size),
                                    y.at(point.micros),
                                    drawn.curve.title,
                                    grouped(point.size),
                                    Report.plain(point.micros)));
        }
        add(
                svg,
                "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>"
                        .formatted(column, WIDTH - RIGHT + 12, label + 4, drawn.curve.title));
    }

    private static void grid(StringBuilder svg, Axis y) {
        for (int power = y.low; power <= y.high; power++) {
            int at = y.at(Math.pow(10, power));
            add(
                    svg,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>"
                            .formatted(LEFT, WIDTH - RIGHT, at, at));
            add(
                    svg,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                            .formatted(LEFT - 8, at + 4, time(power)));
        }
        for (int size : SIZES) {
            add(
                    svg,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>"
                            .formatted(x(size), x(size), TOP, HEIGHT - BOTTOM));
            add(
                    svg,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>"
                            .formatted(x(size), HEIGHT - BOTTOM + 20, grouped(size)));
        }
        add(
                svg,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">siblings</text>"
                        .formatted((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16));
    }

    /** A power of ten of microseconds. */
    static String time(int power) {
        return power < 3
                ? BigDecimal.ONE.scaleByPowerOfTen(power).toPlainString() + " µs"
                : BigDecimal.ONE.scaleByPowerOfTen(power - 3).toPlainString() + " ms";
    }

    private static int x(int size) {
        double first = Math.log10(SIZES.getFirst());
        double share = (Math.log10(size) - first) / (Math.log10(SIZES.getLast()) - first);
        return (int) Math.round(LEFT + share * (WIDTH - LEFT - RIGHT));
    }

    /** A vertical axis from one power of ten to another. */
    private record Axis(int low, int high) {
        static Axis around(double... values) {
            double min = Double.MAX_VALUE;
            double max = 0;
            for (double value : values) {
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
            int low = (int) Math.floor(Math.log10(min));
            return new Axis(low, Math.max(low + 1, (int) Math.ceil(Math.log10(max))));
        }

        int at(double value) {
            double share = (Math.log10(value) - low) / (high - low);
            return (int) Math.round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM));
        }
    }

    private static String grouped(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static void add(StringBuilder svg, String element) {
        svg.append(element).append('\n');
    }
}
