"""A catalogue of sea charts, with an OpenAPI document and its pages."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from .models import Chart, Subscription

folder = Path(__file__).parent
app = FastAPI(title="Charts", version="1.0.0")
templates = Jinja2Templates(folder / "templates")
started = time.monotonic()


def query(text: str, *values: object) -> list[Chart]:
    with closing(sqlite3.connect(f"file:{folder.parent / 'catalogue.db'}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        return [Chart.model_validate(dict(row)) for row in database.execute(text, values)]


@app.get("/", response_class=HTMLResponse, include_in_schema=False)
def index(request: Request):
    return templates.TemplateResponse(request, "index.html", {"charts": query("SELECT * FROM charts ORDER BY id")})


@app.get("/charts")
def list_charts(largest_scale: int = 1_000_000) -> list[Chart]:
    return query("SELECT * FROM charts WHERE scale <= ? ORDER BY id", largest_scale)


@app.get("/charts/{number}")
def show_chart(number: int) -> Chart:
    found = query("SELECT * FROM charts WHERE id = ?", number)
    if not found:
        raise HTTPException(status_code=404, detail="no such chart")
    return found[0]


@app.post("/subscriptions", status_code=201)
def subscribe(subscription: Subscription) -> dict[str, str]:
    return {"id": str(uuid4()), "email": subscription.email}


@app.get("/health")
def health() -> dict[str, str | float]:
    return {"status": "ok", "uptime": time.monotonic() - started}
