package dev.oversight.runner;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code oversight run}: runs a tree until it ends or is told to stop. */
@Command(
        name = "run",
        description = {
            "Runs the tree of a file until it ends or is told to stop.",
            "",
            "Standard output has, behind the name of each child: | what it writes, ! what it"
                    + " writes to its",
            "standard error, * what the tree decides about it. Problems go to standard error.",
            "",
            "Ctrl-C, TERM or HUP stops the tree in reverse order; a second one stops it at once.",
            ""
        },
        usageHelpWidth = 100,
        mixinStandardHelpOptions = true,
        versionProvider = OversightCommand.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:stopped on request, or nothing left to run and all of it ended well",
            " 1:gave up: more failures than the root supervisor allows",
            " 2:the command line or the tree file is wrong; nothing was started",
            " 3:a child did not come up at the start; what was up was stopped again",
            " 4:nothing left to run, and a child had failed for good",
            " 70:a defect of oversight itself",
            "129:a second HUP cut the stop short",
            "130:a second INT (Ctrl-C) cut the stop short",
            "143:a second TERM cut the stop short"
        })
final class RunCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private OversightCommand common;

    @Parameters(paramLabel = "FILE", description = "The tree file, in YAML.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Override
    public Integer call() {
        Entry.Supervisor tree = TreeReader.read(file);
        Screen screen = new Screen(
                Screen.standardOutput(), System.err, common.colour.isOn(), Narrator.names(tree));
        EngineLog.quieten(screen);
        return new TreeRun(tree, screen).run();
    }
}
