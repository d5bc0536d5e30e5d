import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Puts small wrong edits into a copy of this checkout, one at a time, and says which test notices.
 *
 * <pre>
 * java faults/Sweep.java                    all lists: some hours
 * java faults/Sweep.java --only loop,run-h  these lists, or faults whose names begin so
 * java faults/Sweep.java --dry              only whether they apply and compile
 * java faults/Sweep.java --up-to SECONDS    a first look: without test classes that take longer, and one control
 * java faults/Sweep.java --scratch DIR      where the copy is; kept, so that the next sweep begins sooner
 * </pre>
 *
 * <p>It needs a JDK of the version the tests need, and compiles by itself; Maven is asked once per copy for the
 * class paths. First of all, and unless it is a first look after every 25 faults, the tests run without one: what
 * fails then says nothing about a fault.
 */
public final class Sweep {
    private static final List<String> MODULES = List.of("core", "testkit", "process", "runner");
    private static final String CLASS_PATH = "target/faults.classpath";
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final int CONTROL_EVERY = 25;

    /** A test class that says nothing for so long, and four times as long as it took without a fault, hangs. */
    private static final long HANGS_MILLIS = 60_000;

    /** How the tests of a module went: who failed, or null. */
    private record Run(String failed, boolean byTime, long millis) {}

    private final Path checkout = Path.of("").toAbsolutePath();
    private final Path scratch;
    private final long upToMillis;
    private final Map<String, Map<String, Long>> millis = new HashMap<>();
    private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();

    private Sweep(Path scratch, long upToMillis) {
        this.scratch = scratch;
        this.upToMillis = upToMillis;
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            boolean flag = arguments[i].equals("--dry");
            options.put(arguments[i], flag ? "" : arguments[++i]);
        }
        Path scratch = Path.of(options.getOrDefault(
                "--scratch", System.getProperty("java.io.tmpdir") + "/oversight-faults"));
        Sweep sweep = new Sweep(scratch.toAbsolutePath(), (long)
                (1000 * Double.parseDouble(options.getOrDefault("--up-to", "9999"))));
        List<Fault> faults = Fault.all(Path.of("faults"), options.getOrDefault("--only", ""));
        sweep.prepare();
        boolean dry = options.containsKey("--dry");
        int controlEvery = options.containsKey("--up-to") ? Integer.MAX_VALUE : CONTROL_EVERY;
        sweep.sweep(faults, dry, controlEvery);
    }

    // ------------------------------------------------------------------ the copy

    private void prepare() throws Exception {
        Files.createDirectories(scratch);
        Set<String> changed = new HashSet<>();
        List<String> files = output(checkout, "git", "ls-files");
        changed.addAll(deleteWhatIsNoLonger(Set.copyOf(files)));
        for (String file : files) {
            Path from = checkout.resolve(file);
            Path to = scratch.resolve(file);
            if (Files.isRegularFile(from) && !(Files.exists(to) && Files.mismatch(from, to) < 0)) {
                changed.add(Path.of(file).getName(0).toString());
                Files.createDirectories(to.getParent());
                Files.copy(
                        from,
                        to,
                        StandardCopyOption.REPLACE_EXISTING,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        if (!Files.exists(scratch.resolve("runner").resolve(CLASS_PATH))) {
            output(
                    scratch,
                    scratch.resolve("mvnw").toString(),
                    "-q",
                    "-Dquick",
                    "-pl",
                    String.join(",", MODULES),
                    "test-compile",
                    "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath",
                    "-Dmdep.outputFile=" + CLASS_PATH);
        }
        String problem = compile(
                List.of(checkout.resolve("faults/FirstFailure.java")),
                scratch.resolve("sweep"),
                classPath("core"));
        for (String module : MODULES) {
            problem = problem == null ? compileMain(module) : problem;
            problem = problem == null && changed.contains(module) ? compileTests(module) : problem;
        }
        if (problem != null) {
            throw new IllegalStateException("without a fault it does not compile: " + problem);
        }
    }

    /** Sources that an earlier sweep had, with all that was compiled in their modules. Returns these. */
    private Set<String> deleteWhatIsNoLonger(Set<String> files) throws IOException {
        Set<String> modules = new HashSet<>();
        for (String module : MODULES) {
            Path sources = scratch.resolve(module).resolve("src");
            if (!Files.exists(sources)) {
                continue;
            }
            for (Path source : below(sources)) {
                if (!files.contains(scratch.relativize(source).toString())) {
                    Files.delete(source);
                    modules.add(module);
                }
            }
            if (modules.contains(module)) {
                for (String kind : List.of("classes", "test-classes")) {
                    for (Path file : below(scratch.resolve(module).resolve("target/" + kind))) {
                        Files.delete(file);
                    }
                }
            }
        }
        return modules;
    }

    private static List<Path> below(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static List<String> output(Path directory, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = process.inputReader().lines().toList();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed: " + lines);
        }
        return lines;
    }

    private String classPath(String module) throws IOException {
        Path target = scratch.resolve(module).resolve("target");
        // What Maven has compiled of the other modules is as old as the copy.
        String jars = Files.readString(scratch.resolve(module).resolve(CLASS_PATH))
                .strip()
                .replace("/target/quick/classes", "/target/classes");
        String launcher = Arrays.stream(jars.split(File.pathSeparator))
                .filter(jar -> jar.contains("junit-platform-engine"))
                .findFirst()
                .orElseThrow()
                .replace(
                        "junit-platform-engine",
                        "junit-platform-launcher"); // Surefire has fetched it
        return String.join(
                File.pathSeparator,
                target.resolve("test-classes").toString(),
                target.resolve("classes").toString(),
                jars,
                launcher,
                scratch.resolve("sweep").toString());
    }

    private String compileMain(String module) throws IOException {
        return compile(module, "src/main/java", "target/classes");
    }

    private String compileTests(String module) throws IOException {
        return compile(module, "src/test/java", "target/test-classes");
    }

    private String compile(String module, String sources, String classes) throws IOException {
        Path base = scratch.resolve(module);
        try (Stream<Path> found = Files.walk(base.resolve(sources))) {
            List<Path> files = found.filter(p -> p.toString().endsWith(".java"))
                    .filter(p -> !p.endsWith("module-info.java"))
                    .toList();
            return compile(files, base.resolve(classes), classPath(module));
        }
    }

    /** What is wrong; null if nothing is. */
    private String compile(List<Path> sources, Path classes, String classPath) throws IOException {
        Files.createDirectories(classes);
        StringWriter problems = new StringWriter();
        List<String> options = List.of(
                "-d",
                classes.toString(),
                "-cp",
                classPath,
                "-proc:none",
                "-nowarn",
                "-g",
                "-Xlint:none");
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
            boolean right = javac.getTask(
                            problems,
                            files,
                            null,
                            options,
                            null,
                            files.getJavaFileObjectsFromPaths(sources))
                    .call();
            return right
                    ? null
                    : problems.toString().lines().findFirst().orElse("javac says nothing");
        }
    }

    // ------------------------------------------------------------------ the sweep

    private void sweep(List<Fault> faults, boolean dry, int controlEvery) throws Exception {
        Map<String, Map<String, Integer>> totals = new TreeMap<>();
        Map<String, Integer> sinceControl = new HashMap<>();
        for (Fault fault : faults) {
            String module = fault.module();
            if (!dry && sinceControl.merge(module, 1, Integer::sum) % controlEvery == 1) {
                control(module);
            }
            String result = result(fault, dry);
            totals.computeIfAbsent(fault.list(), list -> new LinkedHashMap<>())
                    .merge(result.split(" ")[0], 1, Integer::sum);
            System.out.println(fault.list() + "  " + fault.name() + ": " + result
                    + (result.startsWith("UNNOTICED") ? ": " + fault.breaks() : ""));
        }
        if (controlEvery == CONTROL_EVERY) {
            for (String module : sinceControl.keySet()) {
                control(module);
            }
        }
        totals.forEach((list, counts) -> System.out.println(list + " " + counts));
    }

    private void control(String module) throws Exception {
        Run run = run(module, List.of(), "none");
        Files.write(
                timesOf(module),
                usual(module).entrySet().stream()
                        .map(e -> e.getValue() + " " + e.getKey())
                        .toList());
        System.out.println("without a fault  " + module + ": "
                + (run.failed == null ? "no test fails, " : "FAILED: " + run.failed + ", ")
                + run.millis / 1000 + " s");
    }

    /** What the classes of a module took when there was no fault. */
    private Path timesOf(String module) {
        return scratch.resolve("sweep/" + module + ".times");
    }

    private Map<String, Long> usual(String module) throws IOException {
        Map<String, Long> known = millis.get(module);
        if (known == null) {
            known = new HashMap<>();
            if (Files.exists(timesOf(module))) {
                for (String line : Files.readAllLines(timesOf(module))) {
                    known.put(line.split(" ")[1], Long.parseLong(line.split(" ")[0]));
                }
            }
            millis.put(module, known);
        }
        return known;
    }

    private String result(Fault fault, boolean dry) throws Exception {
        Path source = scratch.resolve(fault.file());
        List<String> right = Files.readAllLines(source);
        List<String> wrong = fault.appliedTo(right);
        if (wrong == null) {
            return "no longer applies";
        }
        try {
            Files.write(source, wrong);
            String problem = compile(fault);
            if (problem != null) {
                return "does not compile: " + problem;
            }
            return dry ? "compiles" : described(run(fault.module(), fault.tests(), fault.name()));
        } finally {
            Files.write(source, right);
            compile(fault);
        }
    }

    /** The file it is in; the whole module and its tests, if the compiler puts it into other classes. */
    private String compile(Fault fault) throws IOException {
        String module = fault.module();
        if (!fault.isOfAConstant()) {
            return compile(
                    List.of(scratch.resolve(fault.file())),
                    scratch.resolve(module).resolve("target/classes"),
                    classPath(module));
        }
        String problem = compileMain(module);
        return problem == null ? compileTests(module) : problem;
    }

    private static String described(Run run) {
        String seconds = " in " + run.millis / 1000 + " s";
        if (run.failed == null) {
            return "UNNOTICED" + seconds;
        }
        return "noticed " + (run.byTime ? "by time, in " : "by ") + run.failed + seconds;
    }

    // ------------------------------------------------------------------ tests

    private Run run(String module, List<String> first, String fault) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djdk.virtualThreadScheduler.parallelism=4", // as in pom.xml
                "-cp",
                classPath(module),
                "FirstFailure"));
        command.addAll(inOrder(module, first));
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .directory(scratch.resolve(module).toFile())
                .redirectError(scratch.resolve("sweep/" + fault + ".txt").toFile())
                .start();
        Thread ending = new Thread(() -> end(process)); // should this JVM be told to end
        Runtime.getRuntime().addShutdownHook(ending);
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> read(process, lines));
        Map<String, Long> usual = usual(module);
        String running = "no test";
        String failed = null;
        boolean byTime = false;
        for (boolean on = true; on; ) {
            String line = lines.poll(
                    HANGS_MILLIS + 4 * usual.getOrDefault(running, 0L), TimeUnit.MILLISECONDS);
            String[] words = line == null ? new String[] {"hangs", ""} : line.split(" ", 2);
            switch (words[0]) {
                case "begins" -> running = words[1];
                case "ends" -> usual.putIfAbsent(running, Long.parseLong(words[1].split(" ")[0]));
                case "fails" -> failed = simple(running) + "." + words[1];
                case "hangs" -> {
                    byTime = true;
                    failed = simple(running);
                    end(process);
                    on = false;
                }
                default -> on = false;
            }
        }
        int code = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(ending);
        if (failed == null && code != 0) {
            failed = simple(running) + ", whose JVM ended with " + code;
        }
        return new Run(failed, byTime, (System.nanoTime() - begun) / 1_000_000);
    }

    /** Ends with an empty line. */
    private static void read(Process process, BlockingQueue<String> lines) {
        try (BufferedReader reader = process.inputReader()) {
            reader.lines()
                    .filter(line -> line.startsWith("@@ "))
                    .forEach(l -> lines.add(l.substring(3)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            lines.add("");
        }
    }

    private static void end(Process process) {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }

    /** The likely ones, then the rest, those first that take the least time. */
    private List<String> inOrder(String module, List<String> first) throws IOException {
        Path tests = scratch.resolve(module).resolve("src/test/java");
        Map<String, Long> usual = usual(module);
        try (Stream<Path> files = Files.walk(tests)) {
            return files.filter(file -> file.toString().endsWith("Test.java"))
                    .map(file -> tests.relativize(file).toString().replace(".java", ""))
                    .map(name -> name.replace(File.separatorChar, '.'))
                    .filter(name -> first.contains(simple(name))
                            || usual.getOrDefault(name, 0L) <= upToMillis)
                    .sorted(Comparator.comparing((String name) -> !first.contains(simple(name)))
                            .thenComparing(name -> usual.getOrDefault(name, 0L)))
                    .toList();
        }
    }

    private static String simple(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
