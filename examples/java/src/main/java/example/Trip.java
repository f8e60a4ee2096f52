package example;

import java.time.ZonedDateTime;

public record Trip(String line, String destination, ZonedDateTime departure) {}
