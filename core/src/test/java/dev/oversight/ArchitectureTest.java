package dev.oversight;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What may depend on what: the pure core, the public API, the jar. */
class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter().importPath(home());

    private static final String INTERNAL = "dev.oversight.internal";

    /** Those that decide: no thread, no clock, no I/O. */
    private static final Set<String> PURE = Set.of(
            "SupervisorState",
            "Aftermath",
            "Requests",
            "Lifecycle",
            "Departures",
            "Order",
            "LinearOrder",
            "GraphOrder",
            "Limits",
            "Situation",
            "Children",
            "Child",
            "Sweep",
            "Rules",
            "RestartWindow",
            "Deadlines",
            "ExitMemory",
            "SlowestStops",
            "Input",
            "Run");

    /** The folder of the library's classes, not of the tests'. */
    private static Path home() {
        try {
            URI type = Supervisor.class.getResource("Supervisor.class").toURI();
            return Path.of(type).getParent().getParent().getParent();
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static DescribedPredicate<JavaClass> pure() {
        return DescribedPredicate.describe(
                "decide",
                type -> type.getPackageName().equals(INTERNAL)
                        && PURE.contains(topLevelName(type)));
    }

    private static String topLevelName(JavaClass type) {
        String name = type.getName().substring(INTERNAL.length() + 1);
        int dollar = name.indexOf('$');
        return dollar < 0 ? name : name.substring(0, dollar);
    }

    @Test
    void theRules_lookAtWhatTheyAreMeantFor() {
        assertThat(CORE.stream().filter(pure())).hasSizeGreaterThanOrEqualTo(PURE.size());
        for (String name : PURE) {
            assertThat(CORE.contain(INTERNAL + "." + name)).as(name).isTrue();
        }
        assertThat(CORE.contain(ArchitectureTest.class)).isFalse();
    }

    @Test
    void theJar_dependsOnNothingButTheJdkAndAnnotations() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..", "dev.oversight..", "org.jspecify.annotations.."))
                .check(CORE);
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.util.logging..",
                        "java.sql..",
                        "java.net.http..",
                        "java.lang.management..",
                        "java.beans..",
                        "java.rmi..",
                        "java.awt.."))
                .because("java.base is enough")
                .check(CORE);
    }

    @Test
    void theDecidingClasses_knowNoThreadNoClockAndNoInputOrOutput() {
        noClasses()
                .that(pure())
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.util.concurrent..", "java.io..", "java.nio..", "java.net.."))
                .orShould()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are threads or the system",
                        type -> type.isAssignableTo(Thread.class)
                                || type.getFullName().equals("java.lang.ThreadLocal")))
                .orShould()
                .callMethodWhere(DescribedPredicate.describe(
                        "reads a clock or the environment", ArchitectureTest::readsTheOutside))
                .check(CORE);
    }

    private static boolean readsTheOutside(JavaMethodCall call) {
        String owner = call.getTargetOwner().getFullName();
        String name = call.getName();
        return switch (owner) {
            case "java.lang.System" -> !Set.of("arraycopy", "identityHashCode").contains(name);
            case "java.lang.Math" -> name.equals("random");
            case "java.lang.Object" -> Set.of("wait", "notify", "notifyAll").contains(name);
            default -> owner.startsWith("java.time") && name.equals("now");
        };
    }

    @Test
    void theDecidingClasses_knowNothingOfTheRuntime() {
        noClasses()
                .that(pure())
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "carry out",
                        type -> Set.of(
                                        "SupervisorRuntime",
                                        "SerialLoop",
                                        "SupervisorHandle",
                                        "ThreadRun",
                                        "NestedRun",
                                        "Tree",
                                        "Services",
                                        "LiveServiceRef",
                                        "ServiceWaiters",
                                        "EventHub",
                                        "EventLog",
                                        "ListenerQueue",
                                        "Supervisors",
                                        "SystemTimers")
                                .contains(type.getSimpleName())))
                .orShould()
                .dependOnClassesThat(resideInAPackage("dev.oversight.spi.."))
                .check(CORE);
    }

    @Test
    void thePublicApi_showsNoInternalType() {
        Stream<JavaMember> members = CORE.stream()
                .filter(type -> !type.getPackageName().equals(INTERNAL))
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(type -> type.getMembers().stream())
                .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC)
                        || member.getModifiers().contains(JavaModifier.PROTECTED));
        assertThat(members.filter(ArchitectureTest::mentionsInternals)).isEmpty();
        assertThat(CORE.stream()
                        .filter(type -> !type.getPackageName().equals(INTERNAL))
                        .filter(type -> Stream.concat(
                                        type.getRawSuperclass().stream(),
                                        type.getRawInterfaces().stream())
                                .anyMatch(above -> above.getPackageName().equals(INTERNAL))))
                .isEmpty();
    }

    private static boolean mentionsInternals(JavaMember member) {
        return member.getAllInvolvedRawTypes().stream()
                .anyMatch(type -> type.getPackageName().equals(INTERNAL));
    }

    @Test
    void factsAndPorts_areLeaves() {
        noClasses()
                .that()
                .resideInAPackage("dev.oversight.event..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(INTERNAL, "dev.oversight.spi.."))
                .check(CORE);
        noClasses()
                .that()
                .resideInAPackage("dev.oversight.service..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        INTERNAL, "dev.oversight.spi..", "dev.oversight.event.."))
                .check(CORE);
        noClasses()
                .that()
                .resideInAPackage("dev.oversight.spi..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.oversight", "dev.oversight.event.."))
                .check(CORE);
    }

    @Test
    void nothing_locksAMonitorOrSleeps() { // on JDK 21 a blocked monitor pins its carrier
        List<String> monitors = CORE.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
                .map(JavaMember::getFullName)
                .toList();
        assertThat(monitors).isEmpty();
        noClasses()
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "sleeps or waits on a monitor",
                        call -> Set.of("java.lang.Thread.sleep", "java.lang.Object.wait")
                                .contains(call.getTargetOwner().getFullName() + "."
                                        + call.getName())))
                .check(CORE);
    }

    /** Types whose objects several threads use, without a loop that one of them at a time is in. */
    private static final Set<String> SHARED = Set.of(
            "internal.Awaited",
            "internal.ExitFuture",
            "internal.Kind",
            "internal.Link",
            "internal.Locks$Claim",
            "internal.Member",
            "internal.SerialLoop",
            "internal.ServiceWaiters$Waiter",
            "internal.Services",
            "internal.Services$Entry",
            "internal.SupervisorHandle",
            "internal.ThreadRun",
            "dynamic.Place",
            "dynamic.Route",
            "task.ParallelMap",
            "task.Task");

    /** Of their fields those that need not be volatile. */
    private static final Set<String> PUBLISHED_OTHERWISE = Set.of(
            "Awaited.value", // by what says that there is an answer
            "Awaited.problem",
            "Claim.heldSinceNanos", // by the stage of the claim
            "Entry.number", // inside the exclusion of its key
            "ParallelMap.rest", // the reader's own
            "ParallelMap.exhausted",
            "ParallelMap.pending",
            "SerialLoop.taken", // whoever drains
            "SerialLoop.sinceRest",
            "SerialLoop.resting",
            "SerialLoop.rested",
            "SerialLoop.firstHeld",
            "SerialLoop.lastHeld",
            "SerialLoop.drive",
            "SerialLoop.nextWoken", // whoever has woken it
            "Services.root", // set before there is a second thread
            "Task.child",
            "Task.retries",
            "ThreadRun.thread",
            "ThreadRun.links", // the child's own
            "ThreadRun.handedIn");

    @Test
    void whatThreadsShareWithoutALoop_isVolatile() {
        Set<String> plain = CORE.stream()
                .filter(type ->
                        SHARED.contains(type.getName().substring("dev.oversight.".length())))
                .flatMap(type -> type.getFields().stream())
                .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL)
                        && !field.getModifiers().contains(JavaModifier.VOLATILE))
                .map(field -> field.getOwner().getSimpleName() + "." + field.getName())
                .collect(Collectors.toSet());
        assertThat(plain).isEqualTo(PUBLISHED_OTHERWISE);
        for (String field : List.of("Run.abandoned", "Pulse.beatNanos", "Pulse.rests")) {
            String[] names = field.split("\\.");
            assertThat(CORE.get(INTERNAL + "." + names[0]).getField(names[1]).getModifiers())
                    .as(field)
                    .contains(JavaModifier.VOLATILE);
        }
    }

    /** A memory that shows why they are there is not to be had everywhere. See docs/concurrency.md. */
    @Test
    void whereTwoThreadsLookForOneAnother_bothHaveAFence() {
        assertThat(CORE.stream()
                        .flatMap(type -> type.getMethodCallsFromSelf().stream())
                        .filter(call -> call.getName().equals("fullFence"))
                        .map(call -> call.getOriginOwner().getSimpleName() + "."
                                + call.getOrigin().getName()))
                .containsExactlyInAnyOrder(
                        "Helpers.enter",
                        "Helpers.wake",
                        "Locks.await",
                        "Locks.wake",
                        "ServiceWaiters.await",
                        "ServiceWaiters.wake",
                        "ServiceWaiters.wakeAll");
    }
}
