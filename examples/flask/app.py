"""Guest cards of a harbour: a page, and the badge of a boat as a picture."""

import io
import locale
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, abort, jsonify, render_template, request, send_file
from PIL import Image, ImageDraw, ImageFont

app = Flask(__name__)
locale.setlocale(locale.LC_ALL, "")

BOATS = {
    "albatros": {"name": "Albatros", "length": 9.5, "since": datetime(2026, 3, 1, 9, 30, tzinfo=ZoneInfo("UTC"))},
    "moewe": {"name": "Möwe", "length": 7.25, "since": datetime(2026, 7, 4, 18, 0, tzinfo=ZoneInfo("UTC"))},
}


@app.template_filter("local")
def local(moment):
    return moment.astimezone(ZoneInfo("Europe/Berlin")).strftime("%A, %d. %B %Y, %H:%M %Z")


@app.template_filter("number")
def number(value):
    return locale.format_string("%.2f", value)


@app.get("/")
def index():
    return render_template("index.html", boats=BOATS)


@app.get("/boats/<key>")
def boat(key):
    return render_template("boat.html", key=key, boat=BOATS.get(key) or abort(404))


@app.get("/boats/<key>/badge.<kind>")
def badge(key, kind):
    boat = BOATS.get(key) or abort(404)
    if kind not in ("png", "webp"):
        abort(404)
    picture = Image.new("RGB", (240, 80), "#246")
    font = ImageFont.truetype("DejaVuSans-Bold.ttf", 28)
    ImageDraw.Draw(picture).text((20, 22), boat["name"], fill="white", font=font)
    content = io.BytesIO()
    # Which module of Pillow writes it is found by the name of the format.
    picture.save(content, kind)
    content.seek(0)
    return send_file(content, mimetype=f"image/{kind}")


@app.get("/api/boats")
def api():
    return jsonify({key: boat["name"] for key, boat in BOATS.items()})


@app.get("/healthz")
def healthz():
    return jsonify(status="ok")


@app.errorhandler(404)
def not_found(error):
    return render_template("404.html", path=request.path), 404
