require 'yaml'

module Formats
  module Yaml
    TYPE = 'text/yaml'

    def self.write(name, table)
      YAML.dump('name' => name, 'tides' => table.map { |row| row.transform_keys(&:to_s) })
    end
  end
end
