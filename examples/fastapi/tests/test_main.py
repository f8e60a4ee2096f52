from fastapi.testclient import TestClient

from app.main import app


def test_chart():
    assert TestClient(app).get("/charts/2").json()["title"] == "Kiel Bight"
