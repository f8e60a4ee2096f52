// Command app shows departures in local time, and asks another server over HTTPS whether they hold.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"html/template"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

type departure struct {
	Ship string
	At   time.Time
}

var departures = []departure{
	{"Kormoran", time.Date(2026, time.January, 15, 11, 30, 0, 0, time.UTC)},
	{"Silbermöwe", time.Date(2026, time.July, 15, 11, 30, 0, 0, time.UTC)},
}

func main() {
	log.SetFlags(log.LstdFlags | log.Lmsgprefix)
	router := chi.NewRouter()
	router.Use(middleware.RequestID, middleware.Logger, middleware.Recoverer)
	router.Get("/", index)
	router.Get("/time/{area}/{city}", localTime)
	router.Get("/upstream", upstream)
	router.Get("/trust", trust)
	router.Get("/healthz", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("ok\n")) })

	server := &http.Server{Addr: ":8080", Handler: router, ReadHeaderTimeout: 5 * time.Second}
	log.Printf("listening on %s, time zone %s", server.Addr, time.Local)
	log.Fatal(server.ListenAndServe())
}

// index formats with the time zone of TZ.
func index(w http.ResponseWriter, r *http.Request) {
	page, err := template.New("index.html").Funcs(template.FuncMap{
		"local": func(at time.Time) string { return at.Local().Format("Mon 2 Jan 2006, 15:04 MST") },
	}).ParseFiles("templates/index.html")
	if err != nil {
		fail(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := page.Execute(w, departures); err != nil {
		log.Print(err)
	}
}

// localTime formats ?at=, or now, in any time zone that the system knows.
func localTime(w http.ResponseWriter, r *http.Request) {
	zone, err := time.LoadLocation(chi.URLParam(r, "area") + "/" + chi.URLParam(r, "city"))
	if err != nil {
		fail(w, http.StatusNotFound, err.Error())
		return
	}
	at := time.Now()
	if given := r.URL.Query().Get("at"); given != "" {
		if at, err = time.Parse(time.RFC3339, given); err != nil {
			fail(w, http.StatusBadRequest, "at is not a time")
			return
		}
	}
	answer(w, http.StatusOK, map[string]string{"zone": zone.String(), "time": at.In(zone).Format(time.RFC1123Z)})
}

// upstream asks the server at UPSTREAM_URL, whose certificate has to be one that the system trusts.
func upstream(w http.ResponseWriter, r *http.Request) {
	url := os.Getenv("UPSTREAM_URL")
	if url == "" {
		url = "https://example.com/"
	}
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, url, nil)
	if err != nil {
		fail(w, http.StatusInternalServerError, "UPSTREAM_URL is not a URL")
		return
	}
	response, err := http.DefaultClient.Do(request)
	var untrusted *tls.CertificateVerificationError
	var unresolved *net.DNSError
	switch {
	case errors.As(err, &untrusted):
		fail(w, http.StatusBadGateway, "the certificate is not trusted")
	case errors.As(err, &unresolved):
		fail(w, http.StatusBadGateway, "the name is not known")
	case err != nil:
		fail(w, http.StatusBadGateway, "no answer")
	default:
		response.Body.Close()
		answer(w, http.StatusOK, map[string]any{"upstream": response.StatusCode})
	}
}

// trust says whether there are certificates that HTTPS can be checked with.
func trust(w http.ResponseWriter, r *http.Request) {
	pool, err := x509.SystemCertPool()
	if err != nil || pool.Equal(x509.NewCertPool()) {
		fail(w, http.StatusServiceUnavailable, "there are no certificates")
		return
	}
	answer(w, http.StatusOK, map[string]bool{"certificates": true})
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}

func fail(w http.ResponseWriter, status int, message string) {
	log.Print(message)
	answer(w, status, map[string]string{"error": message})
}
