from flask import Flask, request
from werkzeug.serving import make_server

app = Flask(__name__)


@app.get("/hello")
def hello():
    return f"flask {request.path} {Flask.__name__}"


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, app)
    print(server.server_port, flush=True)
    server.serve_forever()
