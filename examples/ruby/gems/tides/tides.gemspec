Gem::Specification.new do |spec|
  spec.name = 'tides'
  spec.version = '1.0.0'
  spec.summary = 'How high the water stands'
  spec.authors = ['harbour office']
  spec.license = 'Apache-2.0'
  spec.files = Dir['lib/**/*.rb', 'ext/**/*.{c,rb}', 'test/**/*.rb', 'README.md']
  spec.extensions = ['ext/tides/extconf.rb']
end
