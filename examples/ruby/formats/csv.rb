require 'csv'

module Formats
  # For spreadsheets, which expect the character set of an old Windows.
  module Csv
    TYPE = 'text/csv; charset=windows-1252'

    def self.write(name, table)
      CSV.generate(col_sep: ';') do |csv|
        csv << ['Stunde', name]
        table.each { |row| csv << row.values }
      end.encode('Windows-1252')
    end
  end
end
