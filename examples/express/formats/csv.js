const { stringify } = require('csv-stringify/sync')

exports.type = 'text/csv'
exports.write = (books) => stringify(books, { header: true })
