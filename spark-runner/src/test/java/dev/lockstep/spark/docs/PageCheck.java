package dev.lockstep.spark.docs;

import java.util.List;

/** Something that has to hold of a page of the documentation. */
interface PageCheck {
    /**
     * Looks at a page.
     *
     * @return what does not hold, a sentence each, beginning with page and line; empty where all is well
     */
    List<String> findings(Page page);
}
