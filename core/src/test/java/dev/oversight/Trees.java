package dev.oversight;

import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildState;

import java.util.List;

/** What tests ask of running trees. */
final class Trees {
    static final List<Strategy> STRATEGIES =
            List.of(Strategy.ONE_FOR_ONE, Strategy.ONE_FOR_ALL, Strategy.REST_FOR_ONE);

    private Trees() {}

    static ChildSnapshot snapshot(Supervisor tree, String path) {
        return tree.find(path)
                .orElseThrow(
                        () -> new AssertionError("no child " + path + " in " + tree.children()));
    }

    static ChildState state(Supervisor tree, String path) {
        return snapshot(tree, path).state();
    }

    static void awaitState(Supervisor tree, String path, ChildState state) {
        Eventually.await(
                () -> path + " is " + state + ": " + tree.find(path),
                () -> tree.find(path).filter(c -> c.state() == state).isPresent());
    }

    static void awaitGone(Supervisor tree, String path) {
        Eventually.await(path + " is forgotten", () -> tree.find(path).isEmpty());
    }

    static List<String> ids(Supervisor tree) {
        return tree.children().stream().map(ChildSnapshot::id).toList();
    }
}
