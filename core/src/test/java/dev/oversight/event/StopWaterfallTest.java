package dev.oversight.event;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The picture of a stop. */
class StopWaterfallTest {
    private static final long BEGAN = ofSeconds(1_000_000).toNanos();

    private static StopTime stop(
            String path, Duration asked, Duration took, Duration budget, StopTime.Way way) {
        return new StopTime(path, 1, BEGAN + asked.toNanos(), took, budget, way);
    }

    private static StopWaterfall fall(
            Duration took, Duration limit, boolean ended, int more, StopTime... stops) {
        return new StopWaterfall("shop", BEGAN, took, limit, ended, List.of(stops), more);
    }

    @Test
    void whatHasEnded_isDrawnOverOneAxisWithBudgetsAndWhoWasAbandoned() {
        StopWaterfall fall = fall(
                ofSeconds(8),
                ofSeconds(10),
                true,
                3,
                stop("shop/mailer", ofSeconds(0), ofSeconds(3), ofSeconds(5), StopTime.Way.STOPPED),
                stop("shop/till", ofSeconds(3), ofSeconds(5), null, StopTime.Way.STOPPED),
                stop(
                        "shop/till/pay",
                        ofSeconds(3),
                        ofMillis(800),
                        ofSeconds(5),
                        StopTime.Way.STOPPED),
                stop(
                        "shop/till/bank",
                        ofSeconds(5),
                        ofSeconds(2),
                        ofSeconds(2),
                        StopTime.Way.ABANDONED));
        assertThat(fall.text()).isEqualTo("""
                stop of shop took 8s of at most 10s, 1 abandoned
                             0                                     8s
                mailer       ###############          |                3s of 5s
                till                        #########################  5s
                  till/pay                  ####                     | 800ms of 5s
                  till/bank                           ##########X      2s of 2s, abandoned
                3 more took 800ms at most
                (| is the end of a budget)""");
        assertThat(fall.abandoned()).isOne();
        assertThat(fall.began()).isEqualTo(Instant.ofEpochSecond(1_000_000));
        assertThat(fall.stops().getFirst().asked()).isEqualTo(fall.began());
    }

    @Test
    void whatGoesOn_saysSoAndShowsTheLimitThatWasPassed() {
        StopWaterfall fall = fall(
                ofSeconds(4),
                ofSeconds(3),
                false,
                0,
                stop("shop/a", ofSeconds(0), ofSeconds(4), null, StopTime.Way.STOPPING),
                stop("shop/b", ofSeconds(2), ofSeconds(2), ofSeconds(9), StopTime.Way.STOPPING));
        assertThat(fall.text()).isEqualTo("""
                stop of shop goes on for 4s of at most 3s
                   0                             |       4s
                a  ########################################> 4s, not over
                b                      ####################> 2s of 9s, not over""");
    }

    @Test
    void whatTookNoTimeAtAll_isDrawnToo() {
        StopTime quick =
                stop("shop/a", Duration.ZERO, Duration.ZERO, ofSeconds(5), StopTime.Way.STOPPED);
        assertThat(fall(Duration.ZERO, null, true, 0, quick).text()).isEqualTo("""
                stop of shop took 0us
                   0                                    0us
                a  #                                         0us of 5s""");
        assertThat(fall(Duration.ZERO, null, true, 0).text()).isEqualTo("stop of shop took 0us");
    }

    @Test
    void longNames_keepTheirEnds() {
        String longName = "shop/" + "x".repeat(40) + "/end";
        StopTime stop =
                stop(longName, Duration.ZERO, ofSeconds(1), ofSeconds(5), StopTime.Way.STOPPED);
        List<String> lines = fall(ofSeconds(1), null, true, 0, stop).lines();
        assertThat(lines.get(2)).startsWith("...").contains("xxx/end  ####");
        assertThat(lines.get(2).indexOf('#')).isEqualTo(34);
    }
}
