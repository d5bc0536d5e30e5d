package dev.oversight.benchmarks;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All figures of a comparison, of all rounds: by metric, number of children and column. */
final class Results {
    /** In place of a figure: the peer ended without it, or had to be ended. */
    static final String FAILED = "failed";

    private record Key(String metric, int siblings, String column) {}

    private final Map<Key, List<Double>> numbers = new HashMap<>();
    private final Map<Key, String> words = new HashMap<>();

    void add(String peer, Line line) {
        Key key = new Key(line.metric(), line.siblings(), line.of().isEmpty() ? peer : line.of());
        Double number = line.number();
        if (number == null) {
            words.put(key, line.value());
        } else {
            numbers.computeIfAbsent(key, _ -> new ArrayList<>()).add(number);
        }
    }

    /** The word in place of a figure; null if there is none. */
    @Nullable
    String word(String metric, int siblings, String column) {
        return words.get(new Key(metric, siblings, column));
    }

    /** Over the rounds; null if there is no figure. */
    @Nullable
    Spread spread(String metric, int siblings, String column) {
        List<Double> figures = numbers.get(new Key(metric, siblings, column));
        return figures == null ? null : Spread.of(figures);
    }

    /** How many figures there are, which is the number of rounds if all went well. */
    int count(String metric, int siblings, String column) {
        return numbers.getOrDefault(new Key(metric, siblings, column), List.of())
                .size();
    }
}
