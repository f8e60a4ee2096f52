require 'json'

module Formats
  module Json
    TYPE = 'application/json'

    def self.write(name, table)
      JSON.generate(name: name, tides: table)
    end
  end
end
