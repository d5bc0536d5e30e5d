package dev.oversight.runner;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.util.Collection;
import java.util.Optional;

/** Says what is wrong with a command line, and what was probably meant. */
final class UsageProblem {
    private UsageProblem() {}

    /** Reports it on standard error. Returns the exit code for it. */
    static int report(ParameterException exception) {
        CommandLine line = exception.getCommandLine();
        String name = line.getCommandSpec().qualifiedName();
        String text = exception instanceof UnmatchedArgumentException unmatched
                ? unknown(line, unmatched.getUnmatched().getFirst())
                : exception.getMessage();
        System.err.println("oversight: " + text);
        System.err.println("Try '" + name + " --help'.");
        return ExitCode.BAD_INPUT;
    }

    private static String unknown(CommandLine line, String word) {
        boolean option = word.startsWith("-");
        String bare = option ? word.replaceFirst("=.*", "") : word;
        Collection<String> known = option
                ? line.getCommandSpec().optionsMap().keySet()
                : line.getSubcommands().keySet();
        if (!option && known.isEmpty()) {
            return "\"" + word + "\" is one argument too many, expected one FILE";
        }
        Optional<String> meant = Nearest.to(bare, known);
        return (option ? "option " : "command ") + "\"" + bare + "\" is unknown, expected one of "
                + String.join(", ", known)
                + meant.map(m -> "; did you mean " + m + "?").orElse("");
    }
}
