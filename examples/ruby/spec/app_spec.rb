require 'minitest/autorun'
require_relative '../app'

describe Tideway do
  it 'knows the harbours' do
    _(Tideway::HARBOURS.keys).must_include 'cuxhaven'
  end
end
