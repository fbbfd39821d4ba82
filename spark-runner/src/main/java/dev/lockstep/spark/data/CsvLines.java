package dev.lockstep.spark.data;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;
import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file line by line with its line numbers, cut into cells as Spark's reader does it: the same parser with the same
 * settings, blank lines left out, decompressed by the file's name.
 */
final class CsvLines implements AutoCloseable {
    /** Spark's own default. */
    private static final int MOST_COLUMNS = 20_480;

    private final Path file;
    private final BufferedReader reader;
    private final CsvParser parser;
    private long line;

    CsvLines(Path file, CsvData data, Configuration configuration) {
        this.file = file;
        this.parser = new CsvParser(settings(data));
        try {
            InputStream stream = HadoopFiles.open(file, configuration);
            CompressionCodec codec = new CompressionCodecFactory(configuration).getCodec(file);
            this.reader = new BufferedReader(new InputStreamReader(
                    codec == null ? stream : codec.createInputStream(stream), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static CsvParserSettings settings(CsvData data) {
        CsvParserSettings settings = new CsvParserSettings();
        settings.getFormat().setDelimiter(data.delimiter().charAt(0));
        settings.getFormat().setQuoteEscape('\\');
        settings.getFormat().setComment('\0');
        settings.setIgnoreLeadingWhitespaces(false);
        settings.setIgnoreTrailingWhitespaces(false);
        settings.setReadInputOnSeparateThread(false);
        settings.setMaxColumns(MOST_COLUMNS);
        settings.setMaxCharsPerColumn(-1);
        settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.STOP_AT_DELIMITER);
        return settings;
    }

    /** The cells of the next line that is not blank; null at the end. */
    @Nullable
    String @Nullable [] next() {
        try {
            String text = reader.readLine();
            line++;
            while (text != null && text.isBlank()) {
                text = reader.readLine();
                line++;
            }
            // A byte order mark is no part of the first column's name.
            return text == null
                    ? null
                    : parser.parseLine(line == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (IOException e) {
            throw unreadable(e);
        } catch (TextParsingException e) {
            throw new LockstepException(
                    ExitCode.DATA,
                    file + " line " + line + ": cannot be cut into cells, of which there may be " + MOST_COLUMNS,
                    e);
        }
    }

    /** Number of the line that was read last, from 1. */
    long line() {
        return line;
    }

    private LockstepException unreadable(IOException cause) {
        return new LockstepException(
                ExitCode.DATA,
                file + " cannot be read beyond line " + line + ": " + cause.getMessage()
                        + "; the file is damaged or cut off",
                cause);
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }
}
