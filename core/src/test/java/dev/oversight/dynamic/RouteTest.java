package dev.oversight.dynamic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.math.BigInteger;
import java.util.Random;

class RouteTest {
    // ELX-040
    @Test
    void integers_goByTheirAbsoluteValue() {
        assertThat(Route.of(0, 3)).isZero();
        assertThat(Route.of(1, 3)).isEqualTo(1);
        assertThat(Route.of(2, 3)).isEqualTo(2);
        assertThat(Route.of(3, 3)).isZero();
        assertThat(Route.of(-1, 3)).isEqualTo(1);
        assertThat(Route.of((short) -5, 3)).isEqualTo(2);
        assertThat(Route.of((byte) -128, 5)).isEqualTo(3);
        assertThat(Route.of(-7L, 4)).isEqualTo(3);
    }

    // ELX-040
    @Test
    void smallestIntegers_haveAnAbsoluteValueToo() {
        for (int parts = 1; parts < 100; parts++) {
            for (long key : new long[] {
                Integer.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE
            }) {
                int expected = BigInteger.valueOf(key)
                        .abs()
                        .mod(BigInteger.valueOf(parts))
                        .intValue();
                assertThat(Route.of(key, parts)).as(key + " of " + parts).isEqualTo(expected);
                assertThat(Route.of(BigInteger.valueOf(key), parts)).isEqualTo(expected);
            }
            assertThat(Route.of(Integer.MIN_VALUE, parts))
                    .isEqualTo((int) (2_147_483_648L % parts));
        }
    }

    @Test
    void equalKeys_haveOnePart() {
        Random random = new Random(42);
        for (int i = 0; i < 10_000; i++) {
            int number = random.nextInt();
            int parts = 1 + random.nextInt(50);
            assertThat(Route.of("k" + number, parts))
                    .isEqualTo(Route.of("k" + number, parts))
                    .isBetween(0, parts - 1);
            assertThat(Route.of(number, parts)).isEqualTo(Route.of((long) number, parts));
        }
        assertThat(Route.of(new Key(Integer.MIN_VALUE), 7)).isBetween(0, 6);
        assertThat(Route.of(new Key(-1), 7)).isBetween(0, 6);
    }

    /** Another part for a key after an update would send its work to where its state is not. */
    @Test
    void partOfAKey_isTheSameInEveryVersion() {
        assertThat(Route.of("berlin", 8)).isEqualTo(BERLIN_OF_8);
        assertThat(Route.of("paris", 8)).isEqualTo(PARIS_OF_8);
    }

    private static final int BERLIN_OF_8 = 7;
    private static final int PARIS_OF_8 = 0;

    @Test
    void keysThatDifferLittle_areSpreadEvenly() {
        int[] multiples = new int[16];
        int[] names = new int[16];
        for (int i = 0; i < 16_000; i++) {
            multiples[Route.of(new Key(i * 16), 16)]++;
            names[Route.of("user-" + i, 16)]++;
        }
        for (int part = 0; part < 16; part++) {
            assertThat(multiples[part]).isBetween(800, 1200);
            assertThat(names[part]).isBetween(800, 1200);
        }
    }

    private record Key(int hash) {
        @Override
        public int hashCode() {
            return hash;
        }
    }
}
