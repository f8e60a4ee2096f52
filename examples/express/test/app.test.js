const request = require('supertest')
const app = require('../app')

describe('the library', () => {
  it('shows a book', () => request(app).get('/books/knots').expect(200, /Knots &amp; Splices/))
  it('exports on the second request', async () => {
    await request(app).get('/export/csv').expect(202)
    await request(app).get('/export/csv').expect(200, /^id,title,author,added\nknots,/)
  })
})
