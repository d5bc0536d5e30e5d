package dev.oversight.schedule;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * Plays scenes. Loaded by {@link PreemptiveLoader}, and so is all it uses; from outside it is a function of
 * the scene's name and a seed, whose value is the schedule.
 */
public final class Schedules implements BiFunction<String, Long, List<String>> {
    private static final Map<String, Scene> SCENES = new TreeMap<>();

    static {
        SCENES.putAll(StopScenes.ALL);
        SCENES.putAll(MeetingScenes.ALL);
        SCENES.putAll(ServiceScenes.ALL);
        SCENES.putAll(TaskScenes.ALL);
        SCENES.putAll(HandOverScenes.ALL);
        SCENES.putAll(TemplateScenes.ALL);
        SCENES.putAll(MemoryScenes.ALL);
        SCENES.putAll(LockScenes.ALL);
        SCENES.putAll(FaultyScenes.ALL);
    }

    /** Of all scenes. */
    static List<String> names() {
        return List.copyOf(SCENES.keySet());
    }

    @Override
    public List<String> apply(String scene, Long seed) {
        return new SeededScheduler(seed).run(SCENES.get(scene));
    }
}
