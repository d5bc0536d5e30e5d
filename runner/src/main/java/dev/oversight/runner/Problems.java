package dev.oversight.runner;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

import java.util.SortedSet;
import java.util.TreeSet;

/** Collects what is wrong with a file, in the order of its lines, each once. */
final class Problems {
    private final SortedSet<Problem> all = new TreeSet<>();

    /** Adds a problem at the place where a node begins. */
    void add(Node node, String place, String text) {
        add(node.getStartMark().orElseThrow(), place, text);
    }

    void add(Mark mark, String place, String text) {
        all.add(new Problem(mark.getLine() + 1, mark.getColumn() + 1, place, text));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Throws what was collected, if anything was. */
    void throwIfAny(String file) {
        if (!all.isEmpty()) {
            throw new BadFileException(file, all);
        }
    }
}
