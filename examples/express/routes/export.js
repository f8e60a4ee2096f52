const express = require('express')
const library = require('../library')

const router = express.Router()
const asked = new Set()

// The first request orders an export, the next one gets it.
router.get('/:format(csv|yaml)', (request, response) => {
  const { format } = request.params
  if (!asked.has(format)) {
    asked.add(format)
    return response.status(202).json({ format, state: 'ordered' })
  }
  const { type, write } = require(`../formats/${format}`)
  response.type(type).send(write(library.all()))
})

module.exports = router
