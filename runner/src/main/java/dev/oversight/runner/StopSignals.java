package dev.oversight.runner;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hears INT (Ctrl-C), TERM and HUP.
 *
 * <p>A shutdown hook of the JVM would hear the first signal only: while hooks run, the JVM ignores
 * further ones, so a second Ctrl-C could not cut a slow stop short, and the exit code could not be
 * chosen. {@code sun.misc.Signal} of the supported module {@code jdk.unsupported} is the one way to
 * hear all of them. It is called by reflection, since javac warns of it in a way that cannot be
 * switched off, and so that a JDK without it leaves the JVM's own behaviour, rather than no runner
 * at all.
 *
 * <p>A signal that was ignored when the JVM started ({@code nohup}, a background job of a script)
 * stays ignored.
 */
final class StopSignals {
    /** A signal to stop: its name without SIG, and its number. */
    record Received(String name, int number) {}

    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    private StopSignals() {}

    /** Calls the handler for each signal from now on, in a thread of its own each time. */
    static void handle(Consumer<Received> handler) {
        for (String name : NAMES) {
            try {
                install(name, handler);
            } catch (InvocationTargetException | IllegalArgumentException e) {
                // Taken by the JVM (-Xrs): what it does then is what was asked for.
            } catch (ReflectiveOperationException e) {
                // No jdk.unsupported: the JVM ends at once, and the guardian ends the children.
                return;
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // of a proxy, which has no other
    private static void install(String name, Consumer<Received> handler)
            throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object wanted = signal.getConstructor(String.class).newInstance(name);
        int number = (int) signal.getMethod("getNumber").invoke(wanted);
        Object proxy = Proxy.newProxyInstance(
                StopSignals.class.getClassLoader(),
                new Class<?>[] {handlerType},
                (self, method, arguments) -> {
                    return switch (method.getName()) {
                        case "handle" -> {
                            handler.accept(new Received(name, number));
                            yield null;
                        }
                        case "equals" -> self == arguments[0];
                        case "hashCode" -> System.identityHashCode(self);
                        default -> "oversight's handler of " + name;
                    };
                });
        signal.getMethod("handle", signal, handlerType).invoke(null, wanted, proxy);
    }
}
