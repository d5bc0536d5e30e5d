import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A small wrong edit, from a list.
 *
 * <p>A list is a text file. In it, {@code file} names the source that the faults below it are in, {@code tests}
 * the classes that are run first, {@code fault} a name and, behind a colon, what it breaks. Then lines as in a
 * diff: those with a blank or a minus have to be found once, those with a blank or a plus take their place.
 * Indentation and empty lines do not count.
 *
 * @param list the name of the list
 * @param breaks what goes wrong, in a sentence
 * @param before what is found
 * @param after what takes its place
 */
record Fault(
        String list,
        String name,
        String breaks,
        String file,
        List<String> tests,
        List<String> before,
        List<String> after) {

    /** Those of these lists, and those whose names begin so, in that order. */
    static List<Fault> all(Path folder, String wanted) throws IOException {
        List<Fault> all = new ArrayList<>();
        try (Stream<Path> lists = Files.list(folder)) {
            for (Path list :
                    lists.filter(p -> p.toString().endsWith(".txt")).sorted().toList()) {
                all.addAll(read(list));
            }
        }
        Set<String> names = new HashSet<>();
        for (Fault fault : all) {
            if (!names.add(fault.name)) {
                throw new IllegalArgumentException("two faults are called " + fault.name);
            }
        }
        return Stream.of(wanted.split(","))
                .flatMap(each -> all.stream().filter(fault -> fault.isOf(each, folder)))
                .distinct()
                .toList();
    }

    private boolean isOf(String wanted, Path folder) {
        return Files.exists(folder.resolve(wanted + ".txt"))
                ? list.equals(wanted)
                : name.startsWith(wanted);
    }

    private static List<Fault> read(Path list) throws IOException {
        List<Fault> faults = new ArrayList<>();
        String area = list.getFileName().toString().replace(".txt", "");
        String file = "";
        List<String> tests = List.of();
        for (String line : Files.readAllLines(list)) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "file" -> file = words[1];
                case "tests" -> tests = List.of(words[1].split(" "));
                case "fault" -> {
                    String[] parts = words[1].split(": ", 2);
                    faults.add(new Fault(
                            area,
                            parts[0],
                            parts[1],
                            file,
                            tests,
                            new ArrayList<>(),
                            new ArrayList<>()));
                }
                default -> {
                    if (!line.isBlank() && !line.startsWith("#")) {
                        faults.getLast().edit(line);
                    }
                }
            }
        }
        return faults;
    }

    private void edit(String line) {
        if (line.charAt(0) != '+') {
            before.add(line.substring(1).strip());
        }
        if (line.charAt(0) != '-') {
            after.add(line.substring(1).strip());
        }
    }

    String module() {
        return file.substring(0, file.indexOf('/'));
    }

    /** Whether it may be in other classes as well, where it was put by the compiler. */
    boolean isOfAConstant() {
        return before.stream().anyMatch(line -> line.contains("static final"));
    }

    /** The source with the fault in it; null if what is wanted is nowhere, or in two places. */
    List<String> appliedTo(List<String> source) {
        List<String> lines = source.stream().filter(line -> !line.isBlank()).toList();
        List<String> wrong = null;
        for (int at = 0; at + before.size() <= lines.size(); at++) {
            int end = at + before.size();
            if (lines.subList(at, end).stream().map(String::strip).toList().equals(before)) {
                if (wrong != null) {
                    return null;
                }
                wrong = new ArrayList<>(lines.subList(0, at));
                wrong.addAll(after);
                wrong.addAll(lines.subList(end, lines.size()));
            }
        }
        return wrong;
    }
}
