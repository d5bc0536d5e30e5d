import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import java.io.PrintStream;

/**
 * Runs test classes in the order in which they are named and leaves at the first test that fails. Writes one
 * line for each step, for {@link Sweep} to read: begins, ends, fails.
 */
public final class FirstFailure implements TestExecutionListener {
    /** What its lines begin with; tests write others. */
    static final String MARK = "@@ ";

    private static final PrintStream OUT = System.out;

    private FirstFailure() {}

    /** The arguments are names of classes. */
    public static void main(String[] classes) {
        Launcher launcher = LauncherFactory.create();
        for (String name : classes) {
            say("begins " + name);
            long begun = System.nanoTime();
            launcher.execute(
                    LauncherDiscoveryRequestBuilder.request()
                            .selectors(selectClass(name))
                            // what the ordinary command leaves out, and its limit for a test
                            .filters(TagFilter.excludeTags("soak", "deep"))
                            .configurationParameter(
                                    "junit.jupiter.execution.timeout.default", "2 m")
                            .build(),
                    new FirstFailure());
            say("ends " + (System.nanoTime() - begun) / 1_000_000 + " " + name);
        }
        leave(0);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.FAILED) {
            result.getThrowable().ifPresent(Throwable::printStackTrace);
            say("fails " + nameOf(test));
            leave(1);
        }
    }

    private static String nameOf(TestIdentifier test) {
        String shown = test.getDisplayName();
        if (test.getSource().orElse(null) instanceof MethodSource method) {
            String name = method.getMethodName();
            return shown.startsWith(name) ? name : name + " " + shown;
        }
        return shown;
    }

    private static void say(String line) {
        OUT.println(MARK + line);
        OUT.flush();
    }

    /** Whatever threads and processes a test has left. */
    private static void leave(int code) {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().halt(code);
    }
}
