/**
 * Many children of one kind: {@linkplain dev.oversight.dynamic.DynamicSpec dynamic supervisors}, whose
 * children are instances of one template and are started while the tree runs, and {@linkplain
 * dev.oversight.dynamic.PartitionedSpec partitioned supervisors}, whose children are equal parts that
 * share the work by key.
 *
 * <p>Nothing in this package accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.oversight.dynamic;

import org.jspecify.annotations.NullMarked;
