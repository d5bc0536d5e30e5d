/**
 * The {@code oversight} command, for operators: reads a tree file, checks it, runs it. Nothing here
 * is meant to be called by applications.
 *
 * <p>The way of a file: {@code YamlFile} makes nodes of it, {@code TreeReader} makes {@code Entry}s
 * of the nodes and collects every {@code Problem}, {@code TreeSpec} makes a {@link
 * dev.oversight.SupervisorSpec} of the entries, and {@code TreeRun} runs that.
 */
@NullMarked
package dev.oversight.runner;

import org.jspecify.annotations.NullMarked;
