package dev.oversight.process;

import java.time.Duration;

/** Another JVM for {@link GuardianTest}: runs a process per argument until it is killed. */
final class GuardianMain {
    private GuardianMain() {}

    public static void main(String[] scripts) throws Exception {
        for (String script : scripts) {
            FakeChild.run(ProcessSpec.of("sh", "-c", script)
                    .output(line -> System.out.println(line.text())));
        }
        Await.until("the guardian", () -> Guardian.shared().pid() > 0);
        // The pid is told only when the guardian has been told everything
        Thread.ofPlatform().daemon().start(() -> {
            for (long last = 0; ; ) {
                long before = last;
                Await.within(
                        Duration.ofDays(1), "another", () -> Guardian.shared().pid() != before);
                last = Guardian.shared().pid();
                System.out.println("guardian " + last);
            }
        });
        if (System.in.read() == 'x') {
            System.exit(0);
        }
    }
}
