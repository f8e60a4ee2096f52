require 'time'

# Tide tables of a harbour: a page, and the same as a file in several formats.
class Tideway < Sinatra::Base
  set :root, __dir__

  HARBOURS = Nokogiri::XML(File.read(File.join(__dir__, 'data/harbours.xml'))).xpath('//harbour').to_h do |node|
    [node['id'], { name: node['name'], range: node['range'].to_f }]
  end

  helpers do
    def table(harbour)
      (0..3).map do |quarter|
        { hour: quarter * 6, height: Tides.height(harbour[:range], quarter * 6.0).round(2) }
      end
    end
  end

  get '/' do
    erb :index, locals: { harbours: HARBOURS }
  end

  get '/harbours/:id' do |id|
    harbour = HARBOURS[id] or halt 404
    erb :harbour, locals: { id: id, harbour: harbour, table: table(harbour) }
  end

  get '/harbours/:id/table.:format' do |id, format|
    harbour = HARBOURS[id] or halt 404
    halt 404 unless %w[csv json yaml].include?(format)
    # Each format is loaded when it is first asked for.
    require_relative "formats/#{format}"
    writer = Formats.const_get(format.capitalize)
    content_type writer::TYPE
    writer.write(harbour[:name], table(harbour))
  end

  get '/healthz' do
    'fine'
  end
end
