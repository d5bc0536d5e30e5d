/**
 * Operating-system processes as children of a supervisor: started in a session of their own, watched,
 * and stopped with everything they started.
 */
module dev.oversight.process {
    requires transitive dev.oversight;
    requires static transitive org.jspecify;

    exports dev.oversight.process;
}
