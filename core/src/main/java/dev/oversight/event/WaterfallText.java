package dev.oversight.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Draws a {@link StopWaterfall} in plain characters, so that any terminal and any log can show it. */
final class WaterfallText {
    private static final int COLUMNS = 40;
    private static final int WIDEST_NAME = 32;
    private static final char BAR = '#';
    private static final char BUDGET = '|';
    private static final char ABANDONED = 'X';
    private static final char GOES_ON = '>';

    private final StopWaterfall fall;
    private final double nanosPerColumn;
    private final int nameWidth;

    WaterfallText(StopWaterfall fall) {
        this.fall = fall;
        this.nanosPerColumn = Math.max(1, fall.took().toNanos()) / (double) COLUMNS;
        this.nameWidth = fall.stops().stream()
                .mapToInt(stop -> nameOf(stop).length())
                .max()
                .orElse(0);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(title());
        if (!fall.stops().isEmpty()) {
            lines.add(axis());
            fall.stops().forEach(stop -> lines.add(line(stop)));
        }
        if (fall.more() > 0) {
            lines.add(fall.more() + " more" + (fall.ended() ? " took " : ", so far with ")
                    + EventText.of(shortest()) + " at most");
        }
        if (lines.stream().skip(2).anyMatch(line -> line.indexOf(BUDGET) >= 0)) {
            lines.add("(" + BUDGET + " is the end of a budget)");
        }
        return lines;
    }

    private String title() {
        int abandoned = fall.abandoned();
        return "stop of " + fall.path() + (fall.ended() ? " took " : " goes on for ")
                + EventText.of(fall.took())
                + (fall.limit() == null ? "" : " of at most " + EventText.of(fall.limit()))
                + (abandoned == 0 ? "" : ", " + abandoned + " abandoned");
    }

    private Duration shortest() {
        return fall.stops().stream()
                .filter(stop -> stop.way() != StopTime.Way.STOPPING)
                .map(StopTime::took)
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** The ends of the time, and between them the limit of the whole, if it was passed. */
    private String axis() {
        String end = EventText.of(fall.took());
        char[] cells = blank(COLUMNS - end.length());
        Duration limit = fall.limit();
        if (limit != null) {
            mark(cells, column(limit.toNanos()), BUDGET);
        }
        cells[0] = '0';
        return " ".repeat(nameWidth + 2) + new String(cells) + end;
    }

    private String line(StopTime stop) {
        char[] cells = blank(COLUMNS + 1);
        long asked = stop.askedNanos() - fall.beganNanos();
        int from = Math.max(0, Math.min(COLUMNS - 1, column(asked)));
        int to = Math.max(from + 1, Math.min(COLUMNS, column(asked + stop.took().toNanos())));
        Duration budget = stop.budget();
        if (budget != null) {
            mark(cells, column(asked + budget.toNanos()), BUDGET);
        }
        Arrays.fill(cells, from, to, BAR);
        switch (stop.way()) {
            case STOPPED -> {}
            case ABANDONED -> cells[to] = ABANDONED;
            case STOPPING -> cells[to] = GOES_ON;
        }
        String name = nameOf(stop);
        return name
                + " ".repeat(nameWidth + 2 - name.length())
                + new String(cells)
                + ' '
                + EventText.of(stop.took())
                + (budget == null ? "" : " of " + EventText.of(budget))
                + switch (stop.way()) {
                    case STOPPED -> "";
                    case ABANDONED -> ", abandoned";
                    case STOPPING -> ", not over";
                };
    }

    /** Below the supervisor, and indented by depth; a long one keeps its end, which tells it apart. */
    private String nameOf(StopTime stop) {
        String path = stop.path();
        String below = path.startsWith(fall.path() + "/")
                ? path.substring(fall.path().length() + 1)
                : path;
        int depth = (int) below.chars().filter(c -> c == '/').count();
        String name = "  ".repeat(Math.min(depth, 4)) + below;
        return name.length() <= WIDEST_NAME
                ? name
                : "..." + name.substring(name.length() - WIDEST_NAME + 3);
    }

    private int column(long nanos) {
        return (int) Math.min(Integer.MAX_VALUE, Math.round(nanos / nanosPerColumn));
    }

    private static char[] blank(int length) {
        char[] cells = new char[Math.max(1, length)];
        Arrays.fill(cells, ' ');
        return cells;
    }

    private static void mark(char[] cells, int column, char with) {
        if (column >= 0 && column < cells.length) {
            cells[column] = with;
        }
    }
}
