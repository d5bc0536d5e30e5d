package dev.oversight.process;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts bytes into lines of UTF-8; a line that is too long, between two characters. */
final class LineSplitter {
    static final int LONGEST = 8192;

    private final byte[] line = new byte[LONGEST];
    private final Consumer<String> taker;
    private int length;

    /** Whether a piece of the present line was given out already. */
    private boolean continued;

    LineSplitter(Consumer<String> taker) {
        this.taker = taker;
    }

    void bytes(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                endOfLine();
            } else {
                if (length == LONGEST) {
                    piece();
                }
                line[length++] = b;
            }
        }
    }

    /** Gives out what has no end of line. */
    void end() {
        if (length > 0) {
            endOfLine();
        }
    }

    private void endOfLine() {
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        boolean nothingNew = continued && end == 0;
        length = 0;
        continued = false;
        if (!nothingNew) {
            taker.accept(new String(line, 0, end, StandardCharsets.UTF_8));
        }
    }

    private void piece() {
        int cut = length;
        // A byte 10xxxxxx goes on with a character, which has at most four bytes
        for (int back = 1; back <= 4; back++) {
            int b = line[length - back] & 0xFF;
            if (b < 0x80) {
                break;
            }
            if (b >= 0xC0) {
                int needed = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                cut = needed > back ? length - back : length;
                break;
            }
        }
        String text = new String(line, 0, cut, StandardCharsets.UTF_8);
        System.arraycopy(line, cut, line, 0, length - cut);
        length -= cut;
        continued = true;
        taker.accept(text);
    }
}
