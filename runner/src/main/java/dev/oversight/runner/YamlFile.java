package dev.oversight.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;

/**
 * Reads the one YAML document of a file as nodes that know their line and column. Nothing is
 * constructed from them here, so duplicate keys, aliases and tags are for the reader of the nodes.
 */
final class YamlFile {
    private static final int LONGEST = 3 * 1024 * 1024; // the limit of the YAML library, too

    private final String name;
    private final Path file;

    private YamlFile(Path file) {
        this.name = file.toString();
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @throws BadFileException if it cannot be read, or is not one YAML document
     */
    static Node read(Path file) {
        YamlFile yaml = new YamlFile(file);
        return yaml.compose(yaml.decode(yaml.bytes()));
    }

    private byte[] bytes() {
        if (Files.isDirectory(file)) {
            boolean usual = Files.exists(file.resolve("oversight.yaml"));
            throw BadFileException.of(
                    name,
                    "is a directory, expected a tree file; "
                            + (usual
                                    ? "write " + file.resolve("oversight.yaml")
                                    : "name the file in it"));
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw BadFileException.of(
                        name, "is larger than 3 MiB, expected a tree file; name another one");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw BadFileException.of(name, "does not exist, expected a tree file; check the name");
        } catch (AccessDeniedException e) {
            throw BadFileException.of(name, "may not be read by this user; check its permissions");
        } catch (IOException e) {
            throw BadFileException.of(name, "cannot be read: " + e.getMessage());
        }
    }

    private String decode(byte[] bytes) {
        CharsetDecoder decoder = UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            throw at(
                    text,
                    text.codePointCount(0, text.length()),
                    String.format(
                            "the byte 0x%02X is not UTF-8; save the file as UTF-8",
                            bytes[in.position()]));
        }
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private Node compose(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setSchema(new CoreSchema())
                .setMaxAliasesForCollections(100_000) // TreeReader has a limit of its own
                .setAllowNonScalarKeys(true)
                .setAllowRecursiveKeys(true)
                .build();
        try {
            Iterator<Node> documents = new Composer(
                    settings, new ParserImpl(settings, new StreamReader(settings, text)));
            if (!documents.hasNext()) {
                throw BadFileException.of(
                        name, "is empty, expected a tree; begin with \"tree: NAME\"");
            }
            Node first = documents.next();
            if (documents.hasNext()) {
                Mark second = documents.next().getStartMark().orElseThrow();
                throw BadFileException.at(
                        name,
                        second.getLine() + 1,
                        second.getColumn() + 1,
                        "a second document begins, expected one; remove the \"---\" or make two"
                                + " files");
            }
            return first;
        } catch (ReaderException e) {
            throw at(
                    text,
                    e.getPosition(),
                    String.format(
                            "not YAML: the character U+%04X is not allowed; remove it",
                            e.getCodePoint()));
        } catch (MarkedYamlEngineException e) {
            throw notYaml(e);
        } catch (YamlEngineException e) {
            throw BadFileException.of(name, "not YAML: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw BadFileException.of(name, "is nested too deeply to be a tree");
        }
    }

    private BadFileException notYaml(MarkedYamlEngineException e) {
        String problem = e.getProblem().replaceAll("\\s*\\R\\s*", " ");
        String context = e.getContext() == null ? "" : e.getContext().strip();
        String begun = e.getContextMark()
                .filter(mark -> !context.isEmpty())
                .map(mark -> " (" + context + " that begins at " + (mark.getLine() + 1) + ":"
                        + (mark.getColumn() + 1) + ")")
                .orElse("");
        String text = "not YAML: " + problem + begun;
        return e.getProblemMark()
                .or(e::getContextMark)
                .map(mark ->
                        BadFileException.at(name, mark.getLine() + 1, mark.getColumn() + 1, text))
                .orElseGet(() -> BadFileException.of(name, text));
    }

    /** At a place counted in characters from the beginning. */
    private BadFileException at(String text, int position, String problem) {
        int[] characters = text.codePoints().toArray();
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(position, characters.length); i++) {
            column = characters[i] == '\n' ? 1 : column + 1;
            line += characters[i] == '\n' ? 1 : 0;
        }
        return BadFileException.at(name, line, column, problem);
    }
}
