package dev.oversight.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.concurrent.CompletionException;

/** What is remembered of an end that more than one tells of. */
class LookoutTest {
    private final Lookout lookout = new Lookout(null); // whose child does not matter here

    @Test
    void ofTwoEnds_theFirstCounts() {
        lookout.end(new CompletionException(new IOException("the first")));
        lookout.end(new IllegalStateException("the second"));
        assertThat(lookout.hasEnded()).isTrue();
        assertThatThrownBy(lookout::throwCause)
                .isInstanceOf(IOException.class)
                .hasMessage("the first");
    }

    @Test
    void anEndInOrder_isNotMadeAFailureAfterwards() throws Exception {
        lookout.end(null);
        lookout.end(new IllegalStateException("too late"));
        lookout.throwCause();
        assertThat(lookout.hasEnded()).isTrue();
    }
}
