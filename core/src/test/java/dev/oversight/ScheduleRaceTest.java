package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.oversight.schedule.ScheduleMain;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Small races of the real runtime, each through many schedules that a seed decides: {@link ScheduleMain}. In
 * a JVM of its own, because only that one opens an internal class of the JDK.
 */
class ScheduleRaceTest {
    private static final List<String> FAULTY = List.of("deadlock", "lostUpdate");
    private static final List<String> RACY =
            List.of("forgottenVolatile", "lateHandOver", "earlyLeave");

    /** What became of one scene. */
    private record Played(String scene, int schedules, int different, int unequal, int failed) {
        static Played of(String line) {
            String[] words = line.split(" ");
            return new Played(
                    words[0],
                    Integer.parseInt(words[1]),
                    Integer.parseInt(words[2]),
                    Integer.parseInt(words[3]),
                    Integer.parseInt(words[4]));
        }
    }

    /** Its threads are woken in the order of a table of identity hashes, which is another one each time. */
    private static final String UNORDERED = "helpersThatWaitForTheStop";

    private static String output;
    private static List<Played> played;

    @BeforeAll
    static void play() throws Exception {
        Path quiet = Files.createTempFile("logging", ".properties");
        try {
            Files.writeString(quiet, ".level=OFF");
            boolean more = System.getProperty(ScheduleMain.SCHEDULES) != null;
            Jvm.Ended ended = Jvm.run(
                    more ? Duration.ofHours(10) : Duration.ofSeconds(110),
                    ScheduleMain.class,
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "-Djava.util.logging.config.file=" + quiet,
                    property(ScheduleMain.SCHEDULES, "140"),
                    property(ScheduleMain.SEED, "1"));
            output = ended.output();
            assertThat(ended.code()).as(output + ended.errors()).isZero();
        } finally {
            Files.delete(quiet);
        }
        assumeFalse(output.startsWith(ScheduleMain.UNABLE), output);
        played = output.lines()
                .filter(line -> !line.startsWith(" "))
                .map(Played::of)
                .toList();
    }

    private static String property(String name, String otherwise) {
        return "-D" + name + "=" + System.getProperty(name, otherwise);
    }

    private static Stream<Played> sound() {
        return played.stream()
                .filter(each -> !FAULTY.contains(each.scene) && !RACY.contains(each.scene));
    }

    @TestFactory
    Stream<DynamicTest> everySchedule_keepsWhatIsPromised() {
        return sound().map(each -> DynamicTest.dynamicTest(
                each.scene,
                () -> assertThat(each.failed)
                        .as(() -> output.substring(output.indexOf(each.scene)))
                        .isZero()));
    }

    @Test
    void theSameSeed_givesTheSameScheduleAndAnotherSeedAnother() {
        assertThat(sound())
                .hasSize(51)
                .allMatch(each -> each.unequal == 0 || each.scene.equals(UNORDERED))
                .allMatch(each -> each.different > each.schedules * 0.8);
    }

    @Test
    void aKnownRace_isFound() {
        assertThat(played)
                .filteredOn(each -> FAULTY.contains(each.scene))
                .hasSize(2)
                .allMatch(each -> each.failed > each.schedules / 20);
    }

    /** Looked for in every other schedule, in none of which anything goes wrong. */
    @Test
    void aKnownDataRace_isFound() {
        assertThat(played)
                .filteredOn(each -> RACY.contains(each.scene))
                .hasSize(3)
                .allMatch(each -> each.failed > each.schedules / 4);
        assertThat(output)
                .contains(
                        "data race on ForgottenVolatile.answered",
                        "data race on LateHandOver.names",
                        "data race on EarlyLeave.count");
    }
}
