package dev.oversight.runner;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code oversight check}: finds all problems of a tree file, or shows what it means. */
@Command(
        name = "check",
        description = {
            "Checks a tree file and prints the tree with the rules of each child in words.",
            "All problems are printed at once, each with line and column. Starts nothing."
        },
        usageHelpWidth = 100,
        mixinStandardHelpOptions = true,
        versionProvider = OversightCommand.Version.class,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            " 0:no problems",
            " 2:the command line or the tree file is wrong",
            " 70:a defect of oversight itself"
        })
final class CheckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The tree file, in YAML.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Override
    public Integer call() {
        Entry.Supervisor tree = TreeReader.read(file);
        PrintStream out = Screen.standardOutput();
        Path base = TreeReader.directoryOf(file);
        TreePrinter.lines(tree, base, Screen.showsBoxes()).forEach(line -> out.print(line + "\n"));
        out.print(file + ": no problems\n");
        out.flush();
        return ExitCode.OK;
    }
}
