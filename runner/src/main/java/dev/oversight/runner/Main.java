package dev.oversight.runner;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Where the JVM begins. */
public final class Main {
    private Main() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        int code;
        try {
            code = execute(arguments);
        } catch (Throwable defect) {
            code = internalError(defect);
        }
        System.exit(code);
    }

    private static int execute(String... arguments) {
        OversightCommand command = new OversightCommand();
        CommandLine line = new CommandLine(command);
        line.setExecutionExceptionHandler((exception, _, _) -> {
            if (exception instanceof BadFileException bad) {
                bad.lines().forEach(System.err::println);
                System.err.println("oversight: " + bad.getMessage() + "; nothing was started");
                return ExitCode.BAD_INPUT;
            }
            return internalError(exception);
        });
        line.setParameterExceptionHandler((exception, _) -> UsageProblem.report(exception));
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(Colour.AUTO.isOn() ? Ansi.ON : Ansi.OFF));
        return line.execute(arguments);
    }

    /** Reports a defect of ours. Returns the exit code for it. */
    static int internalError(Throwable defect) {
        System.err.println(
                "oversight: this is a defect of oversight itself; please report it with what"
                        + " follows");
        defect.printStackTrace();
        return ExitCode.INTERNAL;
    }
}
