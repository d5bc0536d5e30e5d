package dev.oversight.testkit;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which children are meant: a path, relative to the root or whole, in which {@code *} stands for any part
 * of one name and {@code **} for one or more names.
 */
record PathPattern(String text, Pattern regex) {
    static PathPattern of(String text) {
        if (text.isBlank() || text.startsWith("/") || text.endsWith("/")) {
            throw new IllegalArgumentException("pattern: found \"" + text
                    + "\", expected names with slashes between them, such as \"shop/*\"");
        }
        String regex = Arrays.stream(text.split("/", -1))
                .map(name -> name.equals("**") ? ".+" : glob(name))
                .collect(Collectors.joining("/"));
        return new PathPattern(text, Pattern.compile(regex));
    }

    private static String glob(String name) {
        return Arrays.stream(name.split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining("[^/]*"));
    }

    boolean matches(String path) {
        int root = path.indexOf('/');
        return regex.matcher(path).matches()
                || (root >= 0 && regex.matcher(path.substring(root + 1)).matches());
    }

    /** Whether it ends with a whole name: only then is a supervisor meant by it. */
    boolean namesOne() {
        return text.indexOf('*', text.lastIndexOf('/') + 1) < 0;
    }
}
