/** How a typed record describes itself to people: names, documentation, defaults, alternatives and checks. Knows no file format. */
@NullMarked
package dev.lockstep.core.schema;

import org.jspecify.annotations.NullMarked;
