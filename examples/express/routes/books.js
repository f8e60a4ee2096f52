const express = require('express')
const library = require('../library')

const router = express.Router()

router.get('/', (request, response) => response.json(library.all()))

router.get('/:id', (request, response, next) => {
  const book = library.find(request.params.id)
  if (book === undefined) return next()
  response.render('book', { book })
})

module.exports = router
