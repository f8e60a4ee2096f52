const path = require('node:path')
const compression = require('compression')
const express = require('express')
const morgan = require('morgan')

const app = express()

app.set('views', path.join(__dirname, 'views'))
app.set('view engine', 'ejs')

app.use(morgan('combined'))
app.use(compression())
app.use(express.static(path.join(__dirname, 'public')))

app.use('/', require('./routes/index'))
app.use('/books', require('./routes/books'))
app.use('/export', require('./routes/export'))

app.use((request, response) => response.status(404).render('error', { message: 'Not found' }))
app.use((error, request, response, next) => {
  console.error(error)
  response.status(500).render('error', { message: 'Something went wrong' })
})

module.exports = app
