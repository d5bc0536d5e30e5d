package dev.oversight.testkit;

/**
 * Something that {@link Chaos} did.
 *
 * @param round in which round, from 1
 * @param number its place among the decisions of that round, from 0
 * @param atNanos when, on the clock of {@link dev.oversight.event.Event#atNanos}
 * @param what what was decided, the same for the same seed and tree
 * @param result what came of it
 */
public record ChaosAction(int round, long number, long atNanos, String what, String result) {}
