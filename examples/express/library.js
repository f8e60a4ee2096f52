const { readFileSync } = require('node:fs')
const path = require('node:path')

let books

exports.all = () => {
  books ??= JSON.parse(readFileSync(path.join(__dirname, 'data', 'books.json'), 'utf8'))
  return books
}

exports.find = (id) => exports.all().find((book) => book.id === id)
