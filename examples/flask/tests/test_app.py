from app import app


def test_boat():
    answer = app.test_client().get("/boats/moewe")
    assert "Samstag, 04. Juli 2026, 20:00 CEST" in answer.text
