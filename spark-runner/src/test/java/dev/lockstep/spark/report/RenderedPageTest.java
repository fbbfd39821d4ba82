package dev.lockstep.spark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages in a browser, as a reader sees them. */
@Tag("process")
class RenderedPageTest {
    private static final int FEWEST_COLOURS = 40;

    /**
     * Shows a page in a frame, because a browser's window is never narrower than 500 pixels, and writes down what came of
     * it. The script is this frame's; the page has none, and its policy allows none.
     */
    private static final String FRAME =
            """
            <!DOCTYPE html><meta charset="utf-8"><body style="margin:0">
            <iframe id="page" style="border:0;width:%dpx;height:900px" srcdoc="%s"></iframe>
            <pre id="seen"></pre>
            <script>
            document.getElementById('page').onload = function () {
              const page = this.contentDocument, width = page.documentElement.clientWidth;
              const overflowing = [...page.querySelectorAll('body *')].filter(element =>
                !element.parentElement.closest('.wide, svg') && !element.closest('svg *') &&
                element.getBoundingClientRect().right > width + 1).map(element => element.outerHTML.slice(0, 120));
              const size = element => { const box = element.getBoundingClientRect(); return [box.width, box.height]; };
              document.getElementById('seen').textContent = JSON.stringify({
                room: width,
                width: page.documentElement.scrollWidth,
                overflowing: overflowing,
                drawings: [...page.querySelectorAll('svg')].map(size),
                pictures: [...page.querySelectorAll('img')].map(image => image.naturalWidth),
                scripts: page.scripts.length,
                letters: [...page.querySelectorAll('.chart svg text')].map(text => text.getBoundingClientRect().height),
                headings: [...page.querySelectorAll('h2')].map(heading => heading.innerText)
              });
            };
            </script>
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Browser browser;

    @BeforeEach
    void needsABrowser() {
        Optional<Browser> found = Browser.find(folder);
        assumeTrue(
                found.isPresent(),
                "no chromium, chromium-browser or google-chrome on the PATH, and LOCKSTEP_CHROMIUM names none: the"
                        + " pages are not looked at");
        browser = found.orElseThrow();
    }

    private JsonNode seen(String page, int width) throws IOException, InterruptedException {
        String quoted = page.replace("&", "&amp;").replace("\"", "&quot;");
        Path frame = Files.writeString(folder.resolve("frame.html"), String.format(FRAME, width, quoted));
        Matcher result =
                Pattern.compile("<pre id=\"seen\">(.*?)</pre>", Pattern.DOTALL).matcher(browser.dom(frame));
        assertThat(result.find()).isTrue();
        return new ObjectMapper()
                .readTree(result.group(1)
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&amp;", "&"));
    }

    private static void assertFits(JsonNode seen, int width) {
        // A scroll bar takes some of it.
        assertThat(seen.path("room").asInt()).isBetween(width - 20, width);
        assertThat(seen.path("width")).isEqualTo(seen.path("room"));
        assertThat(seen.path("overflowing")).isEmpty();
        assertThat(seen.path("scripts").asInt()).isZero();
        assertThat(seen.path("drawings"))
                .hasSizeGreaterThan(5)
                .allMatch(size -> size.path(0).asDouble() >= 80 && size.path(1).asDouble() >= 30);
        assertThat(seen.path("letters")).isNotEmpty().allMatch(height -> height.asDouble() >= 9);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 1280})
    void aRunFitsAPhoneAndADesktop(int width) throws IOException, InterruptedException {
        JsonNode seen = seen(ReportPage.of(Recorded.completed(12).record()), width);
        assertFits(seen, width);
        assertThat(seen.path("pictures")).hasSize(32).allMatch(size -> size.asInt() == 28);
        assertThat(seen.path("headings")).hasSize(9);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 1280})
    void aComparisonFitsAPhoneAndADesktop(int width) throws IOException, InterruptedException {
        Recorded other = Recorded.completed(5);
        other.location = "runs/" + "a-long-name-".repeat(10);
        String page = ComparisonPage.of(List.of(Recorded.completed(12).record(), other.record()));
        assertFits(seen(page, width), width);
    }

    @Test
    void lightAndDarkAreTwoPictures() throws IOException, InterruptedException {
        Path page = Files.writeString(
                folder.resolve("page.html"),
                ReportPage.of(Recorded.completed(12).record()));
        BufferedImage light = picture(page, false);
        BufferedImage dark = picture(page, true);
        assertThat(colours(light)).hasSizeGreaterThan(FEWEST_COLOURS);
        assertThat(colours(dark)).hasSizeGreaterThan(FEWEST_COLOURS);
        assertThat(brightness(light)).isGreaterThan(200);
        assertThat(brightness(dark)).isLessThan(60);
    }

    private BufferedImage picture(Path page, boolean dark) throws IOException, InterruptedException {
        Path file = folder.resolve(dark ? "dark.png" : "light.png");
        browser.screenshot(page, file, 1000, 900, dark);
        return ImageIO.read(file.toFile());
    }

    private static Set<Integer> colours(BufferedImage image) {
        Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                colours.add(image.getRGB(x, y));
            }
        }
        return colours;
    }

    /** Of the corner, where the page itself is. */
    private static int brightness(BufferedImage image) {
        return image.getRGB(2, 2) & 0xff;
    }
}
