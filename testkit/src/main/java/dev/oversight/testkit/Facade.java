package dev.oversight.testkit;

import dev.oversight.ChildContext;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;

/**
 * Stands before the context of an incarnation: lets the kit know of its waits, and has it do what it was
 * told. A dynamic proxy, so that no method is forgotten.
 */
final class Facade implements InvocationHandler {
    private final Incarnation run;

    private Facade(Incarnation run) {
        this.run = run;
    }

    static ChildContext of(Incarnation run) {
        return (ChildContext) Proxy.newProxyInstance(
                Facade.class.getClassLoader(),
                new Class<?>[] {ChildContext.class},
                new Facade(run));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args)
            throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> args != null && proxy == args[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> run.toString();
            };
        }
        Ground ground = run.stage.ground;
        ground.comeBack();
        obey();
        Object answer;
        try {
            answer = mayWait(method)
                    ? ground.waiting(() -> method.invoke(run.real, args))
                    : method.invoke(run.real, args);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InterruptedException) {
                obey();
            }
            throw e.getCause();
        }
        obey();
        return answer;
    }

    /** Threads that the body started may use its context, but only its own does as it was told. */
    private void obey() {
        if (Thread.currentThread() == run.thread) {
            run.obey();
        }
    }

    private static boolean mayWait(Method method) {
        return Arrays.asList(method.getExceptionTypes()).contains(InterruptedException.class);
    }
}
