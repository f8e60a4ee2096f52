import express from 'express'

const app = express()
app.get('/hello', (request, response) => response.send(`express ${request.path} ${typeof express.json}`))
const server = app.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
