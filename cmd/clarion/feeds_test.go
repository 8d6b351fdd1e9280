package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/feeds"
)

// A feed's address can have a key in its query, and a site redirects where it likes with it.
func TestWhyAFeedIsNotReadIsInTheLogWithoutTheKeyOfItsAddress(t *testing.T) {
	const key = "key=hunter2"
	for name, test := range map[string]struct {
		answer       http.HandlerFunc
		reason, logs string // what is said to people, and what else the log has
	}{
		"broken off":    {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "127.0.0.1 does not answer.", "EOF"},
		"not found":     {http.NotFound, "127.0.0.1 answers 404 Not Found.", ""},
		"private":       {redirect("http://10.0.0.1/?" + key), "not on the public internet.", "connect to 10.0.0.1:0"},
		"to no address": {redirect("https://[www.example.com/?" + key), "redirects to something that is not a web address.", ""},
		"to a file":     {redirect("file:///feed?" + key), "does not begin with https://.", ""},
		"damaged": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"items": [null]}`) },
			"damaged and cannot be read.", "the parser gave up"},
	} {
		t.Run(name, func(t *testing.T) {
			site := httptest.NewServer(test.answer)
			defer site.Close()
			reader := feedReader{feeds.New(feeds.Config{Allow: func(hostport string) bool { return hostport == site.Listener.Addr().String() }})}
			_, err := reader.Read(t.Context(), site.URL+"/feed?"+key, clarion.FeedVersion{})
			invalid, ok := errors.AsType[*clarion.InvalidError](err)
			if !ok || !strings.Contains(invalid.Reason, test.reason) {
				t.Fatalf("got %v, which does not say %q", err, test.reason)
			}
			text := err.Error()
			if !strings.Contains(text, test.logs) || strings.Count(text, invalid.Reason) != 1 || strings.Contains(text, "hunter2") {
				t.Errorf("the log has %q", text)
			}
			if test.logs != "" && strings.Contains(invalid.Reason, test.logs) {
				t.Errorf("people read %q", invalid.Reason)
			}
		})
	}
}

func redirect(location string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusFound)
	}
}
