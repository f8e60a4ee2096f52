package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestNoteIsEscaped(t *testing.T) {
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodGet, "/notes/lock", nil)
	request.SetPathValue("id", "lock")
	showNote(recorder, request)
	if body := recorder.Body.String(); !strings.Contains(body, "seven metres &amp; rowing boats") {
		t.Errorf("not escaped: %s", body)
	}
}
