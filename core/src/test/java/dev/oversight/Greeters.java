package dev.oversight;

import dev.oversight.service.ServiceKey;

import java.time.Duration;

/** A service for tests, under a name of its own and under one that is shared, and who publishes it. */
final class Greeters {
    /** A service that says whose it is. */
    interface Greeter {
        String greet();
    }

    static final ServiceKey<Greeter> GREETER = ServiceKey.of("greeter", Greeter.class);
    static final ServiceKey<Greeter> GREETERS = ServiceKey.shared("greeters", Greeter.class);
    static final Duration HOUR = Duration.ofHours(1);

    private Greeters() {}

    static Greeter greeter(ChildContext self) {
        String text = self.id() + "#" + self.incarnation();
        return () -> text;
    }

    /** Publishes first of all, in every incarnation, and then does as it is told. */
    private static ChildBody publishing(ServiceKey<Greeter> key, Puppet puppet) {
        return self -> {
            self.publish(key, greeter(self));
            self.ready();
            puppet.run(self);
        };
    }

    static ChildSpec publisher(String id, ServiceKey<Greeter> key, Puppet puppet) {
        return ChildSpec.of(id, publishing(key, puppet)).readyWithin(HOUR);
    }
}
