/**
 * Tests of supervision trees: the real engine on a clock that the test moves, and children that follow a
 * script.
 */
module dev.oversight.testkit {
    requires transitive dev.oversight;
    requires static transitive org.jspecify;
    requires static transitive org.junit.jupiter.api;

    exports dev.oversight.testkit;
    exports dev.oversight.testkit.junit;
}
