require 'mkmf'

create_makefile('tides/tides')
