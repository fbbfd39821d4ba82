/**
 * From where samples lie to packed parts that every worker can open: one packer per data format, registered in
 * {@link dev.lockstep.spark.data.DatasetPackers}.
 */
@NullMarked
package dev.lockstep.spark.data;

import org.jspecify.annotations.NullMarked;
