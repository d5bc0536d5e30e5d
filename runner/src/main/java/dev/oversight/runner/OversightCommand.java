package dev.oversight.runner;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import java.util.Locale;

/** {@code oversight}: the options that all commands share. */
@Command(
        name = "oversight",
        description = "Runs programs as a supervision tree: started in order, restarted by rule,"
                + " stopped in reverse.",
        usageHelpWidth = 100,
        mixinStandardHelpOptions = true,
        versionProvider = OversightCommand.Version.class,
        subcommands = {RunCommand.class, CheckCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "'oversight run --help' says more about a command."})
final class OversightCommand implements Runnable {
    @Option(
            names = "--color",
            paramLabel = "WHEN",
            scope = ScopeType.INHERIT,
            converter = ColourConverter.class,
            description =
                    "auto (a terminal, and NO_COLOR is not set), always or never. Default: auto")
    Colour colour = Colour.AUTO;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing: run or check");
    }

    static final class ColourConverter implements ITypeConverter<Colour> {
        @Override
        public Colour convert(String value) {
            for (Colour colour : Colour.values()) {
                if (colour.name().toLowerCase(Locale.ROOT).equals(value)) {
                    return colour;
                }
            }
            throw new TypeConversionException(
                    "expected auto, always or never, but was \"" + value + "\"");
        }
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = OversightCommand.class.getPackage().getImplementationVersion();
            return new String[] {
                "oversight " + (version == null ? "(development)" : version) + ", Java "
                        + Runtime.version()
            };
        }
    }
}
