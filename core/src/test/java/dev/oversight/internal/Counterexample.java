package dev.oversight.internal;

import java.util.ArrayList;
import java.util.List;

/** A script that goes wrong: cut down to what is needed for that, and told as lines of a test. */
final class Counterexample {
    private final Scene scene;
    private List<Action> script;
    private AssertionError wrong;

    Counterexample(Scene scene, List<Action> script, AssertionError wrong) {
        this.scene = scene;
        this.script = script;
        this.wrong = wrong;
    }

    AssertionError told() {
        for (int step = script.size() - 2; step >= 0; step--) {
            List<Action> shorter = new ArrayList<>(script);
            shorter.remove(step);
            AssertionError again = play(scene.harness(), shorter);
            if (again != null && again.getMessage().equals(wrong.getMessage())) {
                script = shorter;
                wrong = again;
            }
        }
        StringBuilder text = new StringBuilder(wrong.getMessage());
        text.append("\n// ").append(scene.name()).append('\n');
        text.append(scene.code());
        script.forEach(action -> text.append(action).append('\n'));
        text.append("// ").append(lines()).append('\n');
        return new AssertionError(text.toString(), wrong);
    }

    /** What was decided and told on the way. */
    private List<String> lines() {
        StateHarness h = scene.harness();
        play(h, script);
        return h.newEvents();
    }

    /** What goes wrong; null if nothing does, or not all of it is possible. */
    private AssertionError play(StateHarness h, List<Action> actions) {
        try {
            h.start();
            for (Action action : actions) {
                action.play(h);
                scene.besides().accept(h);
            }
            return null;
        } catch (AssertionError again) {
            return again;
        } catch (RuntimeException notPossible) {
            return null;
        }
    }
}
