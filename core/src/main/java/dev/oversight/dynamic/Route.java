package dev.oversight.dynamic;

import java.math.BigInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which parts of one incarnation of a partitioned supervisor take keys: the first so many. Read without
 * a lock; changed by whoever holds it.
 */
final class Route {
    final ReentrantLock resizing = new ReentrantLock();
    volatile int open;

    Route(int open) {
        this.open = open;
    }

    /** The part of a key: the rest of its absolute value for integers, of its spread hash for others. */
    static int of(Object key, int parts) {
        return switch (key) {
            case Integer number -> of(number.longValue(), parts);
            case Long number -> of(number.longValue(), parts);
            case Short number -> of(number.longValue(), parts);
            case Byte number -> of(number.longValue(), parts);
            case BigInteger number ->
                number.abs().mod(BigInteger.valueOf(parts)).intValue();
            default -> Integer.remainderUnsigned(spread(key.hashCode()), parts);
        };
    }

    /** The absolute value of the smallest long is no long, but it is right when read without a sign. */
    static int of(long key, int parts) {
        return (int) Long.remainderUnsigned(Math.abs(key), parts);
    }

    /** Hashes of short strings and of small values differ in few bits; here each bit moves many. */
    private static int spread(int hash) {
        int mixed = hash;
        mixed = (mixed ^ mixed >>> 16) * 0x7feb352d;
        mixed = (mixed ^ mixed >>> 15) * 0x846ca68b;
        return mixed ^ mixed >>> 16;
    }
}
