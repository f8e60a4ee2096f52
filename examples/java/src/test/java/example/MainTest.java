package example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.ZonedDateTime;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MainTest {
  @Test
  void datesAreInWords() {
    String words = Main.inWords(ZonedDateTime.parse("2026-01-15T08:15:00Z"), Locale.GERMAN);
    assertTrue(words.startsWith("Donnerstag, 15. Januar 2026") && words.endsWith("09:15"), words);
  }
}
