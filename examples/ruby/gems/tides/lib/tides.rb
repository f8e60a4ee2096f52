require 'tides/tides'

module Tides
  autoload :Moon, 'tides/moon'
end
