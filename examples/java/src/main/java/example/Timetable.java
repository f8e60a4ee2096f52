package example;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

public record Timetable(List<Trip> trips) {
  /** Reads the timetable that is packed with the classes. */
  public static Timetable read(ObjectMapper mapper) {
    try (InputStream content = Timetable.class.getResourceAsStream("/timetable.json")) {
      return new Timetable(mapper.readValue(content, new TypeReference<List<Trip>>() {}));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  public List<Trip> of(String line) {
    return trips.stream().filter(trip -> trip.line().equals(line)).toList();
  }
}
