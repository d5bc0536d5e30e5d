package dev.oversight.testkit.junit;

import dev.oversight.testkit.RealTrees;
import dev.oversight.testkit.TestKit;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.util.List;

/**
 * Hands a test method its own {@link TestKit} or {@link RealTrees}, and closes it after the test: what
 * the test started is gone before the next one, and a thread that is not is a failure that names it.
 *
 * <pre>{@code
 * @ExtendWith(OversightExtension.class)
 * class ShopTest {
 *     @Test
 *     void aFailureOfTheCache_leavesHttpAlone(TestKit kit) {
 *         TestTree tree = kit.start(Shop.spec());
 *         tree.fail("cache").advance(ofMinutes(1));
 *         tree.assertUntouched("http");
 *     }
 * }
 * }</pre>
 *
 * <p>All methods of one test ({@code @BeforeEach}, the test, {@code @AfterEach}) get the same one.
 */
public final class OversightExtension implements ParameterResolver, AfterEachCallback {
    private static final Namespace OURS = Namespace.create(OversightExtension.class);

    private static final List<Class<? extends AutoCloseable>> TYPES =
            List.of(TestKit.class, RealTrees.class);

    /** For JUnit. */
    public OversightExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return TYPES.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException("found a "
                    + parameter.getParameter().getType().getSimpleName()
                    + " for a whole class, expected one for a test; take it as a parameter of the"
                    + " test method or of @BeforeEach");
        }
        Class<?> type = parameter.getParameter().getType();
        ExtensionContext.Store store = context.getStore(OURS);
        Object there = store.get(type);
        if (there == null) {
            there = type == TestKit.class ? TestKit.create() : new RealTrees();
            store.put(type, there);
        }
        return there;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        AssertionError problem = null;
        for (Class<? extends AutoCloseable> type : TYPES) {
            AutoCloseable there = context.getStore(OURS).remove(type, type);
            if (there != null) {
                try {
                    there.close();
                } catch (AssertionError leak) {
                    if (problem != null) {
                        leak.addSuppressed(problem);
                    }
                    problem = leak;
                }
            }
        }
        if (problem != null) {
            throw problem;
        }
    }
}
