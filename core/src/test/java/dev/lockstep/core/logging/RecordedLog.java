package dev.lockstep.core.logging;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** What a class, or a package, logs while this is open. */
public final class RecordedLog implements AutoCloseable {
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final Level levelBefore;
    private final AbstractAppender appender;

    /** Listens to the logger that is named like a class, for warnings and worse. */
    public RecordedLog(Class<?> source) {
        this(source.getName(), Level.WARN);
    }

    /**
     * Listens to a logger.
     *
     * @param name of a class, or of a package with all that is in it
     * @param least messages below this level are not wanted
     */
    public RecordedLog(String name, Level least) {
        logger = (Logger) LogManager.getLogger(name);
        levelBefore = logger.getLevel();
        appender = new AbstractAppender("recorded", null, null, true, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                if (event.getLevel().isMoreSpecificThan(least)) {
                    messages.add(event.getMessage().getFormattedMessage());
                }
            }
        };
        appender.start();
        Configurator.setLevel(logger.getName(), least);
        logger.addAppender(appender);
    }

    /** The messages so far. */
    public List<String> messages() {
        return List.copyOf(messages);
    }

    @Override
    public void close() {
        logger.removeAppender(appender);
        Configurator.setLevel(logger.getName(), levelBefore);
        appender.stop();
    }
}
