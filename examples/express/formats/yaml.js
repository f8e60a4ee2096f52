const { stringify } = require('yaml')

exports.type = 'text/yaml'
exports.write = (books) => stringify(books)
