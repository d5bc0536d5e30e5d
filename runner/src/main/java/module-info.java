/** The {@code oversight} command. */
module dev.oversight.runner {
    requires dev.oversight;
    requires dev.oversight.process;
    requires info.picocli;
    requires java.logging; // to keep the engine's own log quiet: the runner prints its events
    requires jdk.unsupported; // sun.misc.Signal: see StopSignals
    requires org.snakeyaml.engine;
    requires static org.jspecify;

    opens dev.oversight.runner to
            info.picocli;
}
