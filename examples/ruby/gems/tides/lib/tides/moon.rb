module Tides
  # The age of the moon in days.
  module Moon
    def self.age(time)
      ((time - Time.utc(2000, 1, 6, 18, 14)) / 86_400) % 29.530588
    end
  end
end
