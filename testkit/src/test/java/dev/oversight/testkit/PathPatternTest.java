package dev.oversight.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
    @ParameterizedTest
    @CsvSource({
        "shop/orders, root/shop/orders, true",
        "root/shop/orders, root/shop/orders, true",
        "orders, root/shop/orders, false",
        "shop/*, root/shop/orders, true",
        "shop/*, root/shop/eu/orders, false",
        "shop/**, root/shop/eu/orders, true",
        "shop/**, root/shop, false",
        "shop/or*s, root/shop/orders, true",
        "shop/or*s, root/shop/orderly, false",
        "**, root/shop/orders, true",
        "**/orders, root/shop/orders, true",
        "**/orders, root/orders, true",
        "shop/a.b, root/shop/axb, false",
        "area-*/group-0, root/area-17/group-0, true",
    })
    void aPattern_meansThesePaths(String pattern, String path, boolean meant) {
        assertThat(PathPattern.of(pattern).matches(path)).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({"shop, true", "*/group-0, true", "shop/*, false", "shop/gr*, false", "**, false"})
    void aPattern_namesASupervisorByItsWholeNameAlone(String pattern, boolean namesOne) {
        assertThat(PathPattern.of(pattern).namesOne()).isEqualTo(namesOne);
    }
}
