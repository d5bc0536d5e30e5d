package dev.oversight.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The launcher at the root of the repository, run in a checkout of its own with JDKs that are shell
 * scripts beside a {@code release} file. Its PATH holds a handful of tools and no Java.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final List<String> TOOLS = List.of(
            "sh",
            "basename",
            "cat",
            "cp",
            "dirname",
            "find",
            "flock",
            "grep",
            "head",
            "ln",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "tail",
            "tee",
            "touch",
            "tr");

    @TempDir
    Path dir;

    private Path checkout;
    private Path jdks;
    private final Map<String, String> environment = new TreeMap<>();

    private record Run(int exit, String out, String err) {}

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = Files.createDirectories(dir.resolve("checkout"));
        Files.copy(launcher(), checkout.resolve("oversight"));
        executable(checkout.resolve("oversight"));
        for (String module : List.of("core", "process", "runner")) {
            Path source = checkout.resolve(module + "/src/main/java/A.java");
            Files.createDirectories(source.getParent());
            Files.writeString(source, "");
            Files.writeString(checkout.resolve(module + "/pom.xml"), "");
        }
        Files.writeString(checkout.resolve("pom.xml"), "");
        jdks = Files.createDirectories(dir.resolve("jdks"));

        environment.put("PATH", toolsOnly().toString());
        environment.put("HOME", Files.createDirectories(dir.resolve("home")).toString());
        environment.put("OVERSIGHT_JDK_DIRS", jdks.toString());
    }

    @Test
    void noJdkAnywhere_isOneMessageAndExit69() throws Exception {
        Run run = launch("run", "tree.yaml");

        assertThat(run.exit()).isEqualTo(69);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith("oversight: no JDK 25 or newer was found.")
                .contains("OVERSIGHT_JAVA_HOME  (not set)")
                .contains("javac on the PATH    (none)")
                .contains(jdks.toString())
                .contains("Found no JDK at all.")
                .contains("https://adoptium.net")
                .contains("OVERSIGHT_JAVA_HOME=/path/to/jdk ./oversight");
    }

    @Test
    void onlyOldJdks_areListedWithTheirVersions() throws Exception {
        Path old = jdk(jdks, "seventeen", "17.0.15");
        jdk(jdks, "eight", "1.8.0_402");
        environment.put("JAVA_HOME", old.toString());

        Run run = launch("check");

        assertThat(run.exit()).isEqualTo(69);
        assertThat(run.err())
                .contains("Found only:")
                .containsOnlyOnce("Java 17  " + old.toRealPath())
                .contains("Java 8  ")
                .contains("JAVA_HOME            " + old);
    }

    @Test
    void aRuntimeWithoutCompiler_isNoJdk() throws Exception {
        Files.delete(jdk(jdks, "jre", "25.0.3").resolve("bin/javac"));

        Run run = launch();

        assertThat(run.exit()).isEqualTo(69);
        assertThat(run.err()).contains("Java 25 (no compiler: a JRE)");
    }

    @Test
    void oversightJavaHome_comesBeforeAllOthers() throws Exception {
        freshJar();
        environment.put("OVERSIGHT_JAVA_HOME", jdk(dir, "mine", "26-ea").toString());
        environment.put("JAVA_HOME", jdk(dir, "home-25", "25").toString());
        jdk(jdks, "usual", "25.0.3");

        assertThat(launch().out()).startsWith("mine ");
    }

    @Test
    void anOldJavaHome_isPassedOver() throws Exception {
        freshJar();
        environment.put("JAVA_HOME", jdk(dir, "old", "17").toString());
        jdk(jdks, "usual", "25.0.3");

        assertThat(launch().out()).startsWith("usual ");
    }

    @Test
    void javacOnThePath_comesBeforeTheUsualFolders() throws Exception {
        freshJar();
        Path javac = jdk(dir, "from-path", "25").resolve("bin/javac");
        Files.createSymbolicLink(dir.resolve("tools/javac"), javac);
        jdk(jdks, "usual", "25.0.3");

        assertThat(launch().out()).startsWith("from-path ");
    }

    @Test
    void ofSeveralInAFolder_theLowestGoodOneIsTaken() throws Exception {
        freshJar();
        jdk(jdks, "a-27", "27");
        jdk(jdks, "b-21", "21.0.7");
        jdk(jdks, "c-25/Contents/Home", "25.0.3");

        assertThat(launch().out()).startsWith("Home ");
    }

    @Test
    void argumentsAndOptions_reachTheJvmUnchanged() throws Exception {
        freshJar();
        jdk(jdks, "usual", "25");
        environment.put("OVERSIGHT_JAVA_OPTS", "-Xmx64m -Da=b");

        Run run = launch("run", "my tree.yaml", "", "*");

        assertThat(run.exit()).isEqualTo(42);
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains(" <-Xmx64m> <-Da=b> <-jar> ")
                .endsWith("oversight.jar> <run> <my tree.yaml> <> <*>\n");
    }

    @Test
    void aLinkToTheLauncher_findsTheCheckout() throws Exception {
        freshJar();
        jdk(jdks, "usual", "25");
        Path link = Files.createSymbolicLink(
                dir.resolve("tools/oversight"), Path.of("../checkout/oversight"));

        assertThat(launchAs(link).exit()).isEqualTo(42);
    }

    @Test
    void aMissingJar_isBuiltWithTheJdkFoundAndProgressIsShown() throws Exception {
        jdk(jdks, "usual", "25");
        maven("""
                echo "[INFO] Building Oversight Runner 1 [4/4]"
                echo "made by $JAVA_HOME" >runner/target/quick/oversight.jar
                """);

        Run run = launch();

        assertThat(run.exit()).isEqualTo(42);
        assertThat(run.err()).contains("first run: building").contains("Oversight Runner 1 [4/4]");
        assertThat(Files.readString(jar())).contains("made by " + jdks);
        assertThat(launch().err()).isEmpty();
    }

    @Test
    void aSourceNewerThanTheJar_isBuiltAgain() throws Exception {
        freshJar();
        jdk(jdks, "usual", "25");
        maven("echo again >runner/target/quick/oversight.jar");
        Files.setLastModifiedTime(jar(), FileTime.from(Instant.now().minusSeconds(3600)));

        Run run = launch();

        assertThat(run.err()).contains("sources have changed");
        assertThat(Files.readString(jar())).isEqualTo("again\n");
    }

    @Test
    void aFailedBuild_showsTheErrorsAndStartsNothing() throws Exception {
        jdk(jdks, "usual", "25");
        maven("echo '[ERROR] it does not compile'; exit 1");

        Run run = launch();

        assertThat(run.exit()).isEqualTo(70);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("[ERROR] it does not compile").contains("build.log");
        assertThat(jar()).doesNotExist();
    }

    @Test
    void firstRunsAtTheSameTime_buildOnce() throws Exception {
        startTwiceAtOnce_buildsOnce();
    }

    @Test
    void withoutFlock_firstRunsAtTheSameTimeBuildOnceToo() throws Exception {
        Files.deleteIfExists(dir.resolve("tools/flock"));
        Files.createDirectories(jar().getParent());
        Path deadProcess = Path.of("999999999");
        Files.createSymbolicLink(jar().resolveSibling("lock.pid"), deadProcess);

        startTwiceAtOnce_buildsOnce();
    }

    private void startTwiceAtOnce_buildsOnce() throws Exception {
        jdk(jdks, "usual", "25");
        maven("echo x >>builds; sleep 1; echo jar >runner/target/quick/oversight.jar");

        Process first = start(checkout.resolve("oversight"));
        Process second = start(checkout.resolve("oversight"));

        assertThat(finish(first).exit()).isEqualTo(42);
        assertThat(finish(second).exit()).isEqualTo(42);
        assertThat(Files.readAllLines(checkout.resolve("builds"))).hasSize(1);
    }

    /** A JDK whose {@code java} prints its own name and arguments and exits with 42. */
    private static Path jdk(Path parent, String name, String version) throws IOException {
        Path home = parent.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(
                home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        Files.writeString(home.resolve("bin/java"), """
                #!/bin/sh
                home=$(dirname "$(dirname "$0")")
                printf '%s' "$(basename "$home")"
                printf ' <%s>' "$@"
                echo
                exit 42
                """);
        executable(home.resolve("bin/java"));
        Files.writeString(home.resolve("bin/javac"), "#!/bin/sh\n");
        executable(home.resolve("bin/javac"));
        return home;
    }

    private void maven(String body) throws IOException {
        Files.createDirectories(checkout.resolve("runner/target/quick"));
        Files.writeString(checkout.resolve("mvnw"), "#!/bin/sh\n" + body);
        executable(checkout.resolve("mvnw"));
    }

    private Path jar() {
        return checkout.resolve("target/oversight/oversight.jar");
    }

    private void freshJar() throws IOException {
        Files.createDirectories(jar().getParent());
        Files.writeString(jar(), "");
        Files.setLastModifiedTime(jar(), FileTime.from(Instant.now().plusSeconds(3600)));
    }

    private Run launch(String... arguments) throws Exception {
        return launchAs(checkout.resolve("oversight"), arguments);
    }

    private Run launchAs(Path launcher, String... arguments) throws Exception {
        return finish(start(launcher, arguments));
    }

    private Process start(Path launcher, String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(launcher.toString());
        builder.command().addAll(List.of(arguments));
        builder.directory(dir.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectInput(new File("/dev/null"));
        return builder.start();
    }

    // The launcher says far less than a pipe holds, so one stream may wait for the other.
    private static Run finish(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), out, err);
    }

    private Path toolsOnly() throws IOException {
        Path tools = Files.createDirectories(dir.resolve("tools"));
        for (String tool : TOOLS) {
            for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
                Path file = Path.of(folder, tool);
                if (Files.isExecutable(file) && !Files.exists(tools.resolve(tool))) {
                    Files.writeString(tools.resolve(tool), "#!/bin/sh\nexec " + file + " \"$@\"\n");
                    executable(tools.resolve(tool));
                }
            }
        }
        return tools;
    }

    private static Path launcher() {
        Path launcher = Path.of("").toAbsolutePath().resolveSibling("oversight");
        assumeTrue(Files.exists(launcher), "not in a checkout");
        return launcher;
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
