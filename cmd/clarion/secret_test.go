package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestNoWayOfPrintingASecretShowsIt(t *testing.T) {
	const secret = "leaked"
	s := NewSecret(secret)
	if s.Reveal() != secret {
		t.Fatalf("Reveal returns %q", s.Reveal())
	}
	type hidden struct{ inner Secret }
	type open struct{ Secret Secret }
	values := []any{s, &s, open{s}, &open{s}, hidden{s}, &hidden{s}, []Secret{s}, map[string]Secret{"a": s}, Config{SlackBotToken: s}}
	var printed bytes.Buffer
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%10.3s"} {
			fmt.Fprintf(&printed, verb+"\n", v)
		}
		fmt.Fprintln(&printed, v)
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		printed.Write(text)
		slog.New(slog.NewTextHandler(&printed, nil)).Info("text", "value", v)
		slog.New(slog.NewJSONHandler(&printed, nil)).Info("json", "value", v)
	}
	text, err := xml.Marshal(open{s})
	if err != nil {
		t.Fatal(err)
	}
	printed.Write(text)
	for _, form := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), fmt.Sprintf("%d", []byte(secret))} {
		if strings.Contains(printed.String(), form) {
			t.Errorf("it was printed as %q:\n%s", form, printed.String())
		}
	}
	for _, v := range []any{s, open{s}} {
		if got := fmt.Sprintf("%v %+v %s", v, v, v); !strings.Contains(got, redacted) {
			t.Errorf("it is printed as %q, want %s", got, redacted)
		}
	}
}
