package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code docs/otp-parity.md} names as its proof is there. */
class ParityPageTest {
    private static final Path PAGE = Path.of("../docs/otp-parity.md");
    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
    private static final List<String> PACKAGES =
            List.of("dev.oversight.", "dev.oversight.internal.", "dev.oversight.dynamic.");

    @Test
    void everyTestThatThePageNames_isOne() throws IOException {
        List<String> missing = new ArrayList<>();
        Matcher named = NAMED.matcher(Files.readString(PAGE));
        int count = 0;
        for (; named.find(); count++) {
            if (!isTest(named.group(1), named.group(2))) {
                missing.add(named.group());
            }
        }
        assertThat(missing).isEmpty();
        assertThat(count).isGreaterThan(300);
    }

    @Test
    void everyRowOfAPeersSuite_isThereOnce() throws IOException {
        List<String> rows = Pattern.compile("(?m)^\\| ((?:OTP|ELX|OVS|SUT|W)-\\d+) \\|")
                .matcher(Files.readString(PAGE))
                .results()
                .map(row -> row.group(1))
                .toList();
        assertThat(rows).hasSameSizeAs(new TreeSet<>(rows)).hasSizeGreaterThan(200);
    }

    private static boolean isTest(String type, String name) {
        for (String place : PACKAGES) {
            try {
                for (Method method : Class.forName(place + type).getDeclaredMethods()) {
                    if (method.getName().equals(name)
                            && (method.isAnnotationPresent(Test.class)
                                    || method.isAnnotationPresent(ParameterizedTest.class))) {
                        return true;
                    }
                }
            } catch (ClassNotFoundException elsewhere) {
                continue;
            }
        }
        return false;
    }
}
