package dev.oversight.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

import java.io.StringReader;

import javax.xml.parsers.DocumentBuilderFactory;

class CostBySizeTest {
    private final Results results = new Results();

    private Document drawn() throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(new CostBySize(results).svg())));
    }

    private void said(String peer, String line) {
        results.add(peer, Line.parse(line));
    }

    @Test
    void noFigures_areSaidToBeNone() throws Exception {
        assertThat(drawn().getDocumentElement().getTextContent()).contains("no figures");
    }

    @Test
    void eachSystemWithFigures_hasALineAndANameThatDoNotOverlap() throws Exception {
        for (int size : new int[] {10, 1_000, 100_000}) {
            said("oversight", "crash_to_running_p50_us " + size + " 1.2");
            said("pekko", "crash_to_running_p50_us " + size + " 1.21");
            said("otp", "crash_to_running_p50_us " + size + " " + size);
        }
        said("elixir", "crash_to_running_p50_us 10 -");

        Document svg = drawn();

        assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(3);
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(9);
        assertThat(Math.abs(heightOf(svg, "Oversight") - heightOf(svg, "Pekko typed")))
                .isGreaterThanOrEqualTo(15);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0.1 µs", "0, 1 µs", "2, 100 µs", "3, 1 ms", "5, 100 ms"})
    void times_areReadable(int power, String text) {
        assertThat(CostBySize.time(power)).isEqualTo(text);
    }

    private static int heightOf(Document svg, String text) {
        for (int i = 0; i < svg.getElementsByTagName("text").getLength(); i++) {
            var element = (org.w3c.dom.Element) svg.getElementsByTagName("text").item(i);
            if (element.getTextContent().equals(text)) {
                return Integer.parseInt(element.getAttribute("y"));
            }
        }
        throw new AssertionError("no text " + text);
    }
}
