package dev.oversight.event;

/** A fact about a supervisor. */
public sealed interface SupervisorEvent extends Event
        permits LimitsChanged,
                SupervisorCoolingDown,
                SupervisorEnded,
                SupervisorStarted,
                SupervisorStopping {}
