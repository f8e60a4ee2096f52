// Command server is a small notice board: pages from a template, files from a folder, a JSON interface.
package main

import (
	"encoding/json"
	"errors"
	"html"
	"io/fs"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/google/uuid"
)

// A note on the board.
type note struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

var notes = map[string]note{
	"harbour": {"Harbour", "The ferry goes at every full hour, weather permitting."},
	"lock":    {"Lock", "Boats under seven metres & rowing boats use the small lock."},
	"mooring": {"Mooring", "Guests moor on the south quay, for two nights at most."},
}

var started = time.Now()

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", index)
	mux.HandleFunc("GET /notes/{id}", showNote)
	mux.HandleFunc("GET /api/notes", listNotes)
	mux.HandleFunc("GET /api/notes/{id}", apiNote)
	mux.HandleFunc("GET /healthz", health)
	mux.Handle("GET /static/", http.StripPrefix("/static/", http.FileServer(http.Dir("static"))))

	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	log.Printf("listening on :%s", port)
	log.Fatal(http.ListenAndServe(":"+port, logged(mux)))
}

// page fills in a template, which is read on every request, so that it can be edited while the server runs.
func page(w http.ResponseWriter, status int, name string, values map[string]string) {
	text, err := os.ReadFile("templates/" + name + ".html")
	if err != nil {
		log.Print(err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write([]byte(os.Expand(string(text), func(key string) string { return html.EscapeString(values[key]) })))
}

func index(w http.ResponseWriter, r *http.Request) {
	page(w, http.StatusOK, "index", map[string]string{"title": "Notice board"})
}

func showNote(w http.ResponseWriter, r *http.Request) {
	found, ok := notes[r.PathValue("id")]
	if !ok {
		page(w, http.StatusNotFound, "not-found", map[string]string{"path": r.URL.Path})
		return
	}
	page(w, http.StatusOK, "note", map[string]string{"title": found.Title, "text": found.Text})
}

func listNotes(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, notes)
}

func apiNote(w http.ResponseWriter, r *http.Request) {
	if found, ok := notes[r.PathValue("id")]; ok {
		answer(w, http.StatusOK, found)
		return
	}
	answer(w, http.StatusNotFound, map[string]string{"error": "no such note"})
}

func health(w http.ResponseWriter, r *http.Request) {
	if _, err := os.Stat("templates"); errors.Is(err, fs.ErrNotExist) {
		answer(w, http.StatusServiceUnavailable, map[string]string{"status": "templates are missing"})
		return
	}
	answer(w, http.StatusOK, map[string]any{"status": "ok", "uptime": time.Since(started).Seconds()})
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}

// logged gives each request an id and writes a line about it.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := uuid.NewString()
		w.Header().Set("X-Request-Id", id)
		begin := time.Now()
		next.ServeHTTP(w, r)
		log.Printf("%s %s %s %s", id, r.Method, r.URL.Path, time.Since(begin))
	})
}
