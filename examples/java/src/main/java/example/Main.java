package example;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.javalin.Javalin;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.staticfiles.Location;
import io.javalin.json.JavalinJackson;
import java.lang.management.ManagementFactory;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.Map;

public class Main {
  public static void main(String[] arguments) {
    ObjectMapper mapper = new ObjectMapper()
        .registerModule(new JavaTimeModule())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    Timetable timetable = Timetable.read(mapper);

    Javalin server = Javalin.create(config -> {
      config.jsonMapper(new JavalinJackson(mapper, false));
      config.staticFiles.add("/public", Location.CLASSPATH);
    });
    server.get("/api/trips", context -> context.json(timetable.trips()));
    server.get("/api/trips/{line}", context -> {
      List<Trip> trips = timetable.of(context.pathParam("line"));
      if (trips.isEmpty()) throw new NotFoundResponse("no such line");
      context.json(trips);
    });
    server.get("/next/{language}", context -> context.result(
        inWords(timetable.trips().get(0).departure(), Locale.forLanguageTag(context.pathParam("language")))));
    server.get("/health", context -> context.json(
        Map.of("status", "UP", "uptimeMs", ManagementFactory.getRuntimeMXBean().getUptime())));
    server.start(8080);
  }

  /** The date as people of a language write it, at the place of departure. */
  static String inWords(ZonedDateTime departure, Locale locale) {
    return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.FULL, FormatStyle.SHORT)
        .withLocale(locale)
        .format(departure.withZoneSameInstant(ZoneId.of("Europe/Berlin")));
  }
}
