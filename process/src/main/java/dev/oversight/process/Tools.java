package dev.oversight.process;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The programs of the operating system on which this package stands.
 *
 * @param sh a POSIX shell; null if there is none
 * @param setsid starts a program in a session of its own; null if there is none
 * @param env starts a program with other variables; its mere name if it was not found
 */
record Tools(@Nullable String sh, @Nullable String setsid, String env) {
    /** Found once per JVM; says so if one is missing. */
    static Tools system() {
        return OfThisMachine.FOUND;
    }

    private static final class OfThisMachine {
        static final Tools FOUND = find();

        private static Tools find() {
            String env = program("env", "/usr/bin:/bin");
            Tools found = new Tools(
                    program("sh", "/bin:/usr/bin"),
                    program("setsid", "/usr/bin:/bin"),
                    env == null ? "env" : env);
            if (found.sh != null && found.setsid == null) {
                Log.LOG.log(
                        Level.WARNING,
                        "setsid was not found: processes are stopped with the descendants known at that moment,"
                                + " and orphans of theirs may survive; install util-linux");
            }
            return found;
        }

        private static @Nullable String program(String name, String usual) {
            String path = System.getenv("PATH");
            for (String directory : (usual + (path == null ? "" : ":" + path)).split(":", -1)) {
                Path file = Path.of(directory, name);
                if (file.isAbsolute() && Files.isRegularFile(file) && Files.isExecutable(file)) {
                    return file.toString();
                }
            }
            return null;
        }
    }
}
