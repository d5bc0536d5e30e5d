package dev.oversight.event;

/**
 * How many children a supervisor has.
 *
 * @param specs all, running or not
 * @param active those with a live thread or supervisor
 * @param supervisors nested supervisors among all
 * @param workers the rest
 * @param parked those that failed too often and wait for {@code restart(id)}: above zero, the supervisor
 *     is degraded
 */
public record ChildCounts(int specs, int active, int supervisors, int workers, int parked) {}
