const express = require('express')
const library = require('../library')

const router = express.Router()

router.get('/', (request, response) => response.render('index', { books: library.all() }))
router.get('/health', (request, response) => response.json({ status: 'up', uptime: process.uptime() }))

module.exports = router
