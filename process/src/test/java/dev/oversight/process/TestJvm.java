package dev.oversight.process;

import java.io.File;
import java.nio.file.Path;

/** How to start a JVM that has the classes of the tests, from a class path or a module path. */
final class TestJvm {
    private TestJvm() {}

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static String classPath() {
        return String.join(
                File.pathSeparator,
                System.getProperty("java.class.path", ""),
                System.getProperty("jdk.module.path", ""));
    }
}
