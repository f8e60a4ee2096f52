require 'minitest/autorun'
require 'tides'

class TidesTest < Minitest::Test
  def test_high_water_is_at_the_beginning
    assert_in_delta 3, Tides.height(3, 0)
  end
end
