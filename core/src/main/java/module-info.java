/**
 * Supervision trees: long-lived work runs as children, and a supervisor starts them in order,
 * restarts them by rule when they die and stops them in reverse order.
 *
 * <p>An application imports {@link dev.oversight}; whoever watches a tree reads the facts in {@link
 * dev.oversight.event}; children that use one another {@linkplain dev.oversight.service publish
 * services}; threads, pools and services that exist already {@linkplain dev.oversight.adopt become
 * children}; whoever brings a time source, timers or threads of their own implements
 * {@link dev.oversight.spi}. Many children of one kind, started while the tree runs, and equal parts
 * that share the work by key, are in {@link dev.oversight.dynamic}.
 */
module dev.oversight {
    requires static transitive org.jspecify;

    exports dev.oversight;
    exports dev.oversight.adopt;
    exports dev.oversight.dynamic;
    exports dev.oversight.event;
    exports dev.oversight.service;
    exports dev.oversight.spi;
    exports dev.oversight.task;
}
