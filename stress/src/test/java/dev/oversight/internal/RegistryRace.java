package dev.oversight.internal;

import dev.oversight.service.ServiceKey;

/** A race about the registry of a tree, and two runs in it that may publish. */
abstract class RegistryRace implements Lab.Race {
    static final ServiceKey<Integer> NAME = ServiceKey.of("name", Integer.class);
    static final ServiceKey<Integer> SHARED = ServiceKey.shared("shared", Integer.class);

    final Lab lab = new Lab();
    final SupervisorRuntime supervisor = lab.supervisor();
    final Services services = supervisor.tree().services();
    final ThreadRun first = Lab.run("a", supervisor);
    final ThreadRun next = Lab.run("b", supervisor);
}
