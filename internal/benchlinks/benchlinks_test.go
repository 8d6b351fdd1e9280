package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/redistest"
	"github.com/clarion-bot/clarion/links/agents"
)

// TestMain lets the test's binary be the servers that the measurement starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == serveCommand {
		if err := program(context.Background(), os.Args[1:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "serve:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func smallSizes() sizes {
	return sizes{links: 60, few: 4, many: 8, slow: 100, fast: 300, spaceLinks: 200, visitsPerLink: 3}
}

func TestAMeasurementCountsEachVisitOnceAndEndsWithItsLine(t *testing.T) {
	redistest.Wanted(t)
	var out bytes.Buffer
	err := run(t.Context(), options{sizes: smallSizes(), rounds: 1, limit: 200 * time.Millisecond}, &out)
	t.Logf("\n%s", &out)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	last := lines[len(lines)-1]
	if !regexp.MustCompile(`^links: ratio_to_bare=\d+\.\d\d p99_to_bare=\d+\.\d\d ratio_at_256=\d+\.\d\d counted_exactly=true$`).MatchString(last) {
		t.Errorf("the last line is %q", last)
	}
}

func TestAVisitThatIsNotCountedOrNotCreditedIsSeen(t *testing.T) {
	redistest.Wanted(t)
	ctx := t.Context()
	b := &bench{options: options{sizes: smallSizes()}}
	s, err := b.newSite(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.close() })
	c, err := startServer(ctx, clarionServer, s.redis)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.stop() })
	v := newVisits(s.links)
	visit := func(n int64) {
		t.Helper()
		if _, err := (closed{connections: 1, limit: time.Minute, most: n}).run(ctx, c.address, v); err != nil {
			t.Fatal(err)
		}
	}
	count := func() tally {
		t.Helper()
		counted, err := countClarion(ctx, s.workspace, s.links, v)
		if err != nil {
			t.Fatal(err)
		}
		return counted
	}
	visit(100)
	if counted := count(); !counted.exact() || counted.answered != 100 {
		t.Fatalf("of 100 visits: %v", counted)
	}
	v.made++ // as if one more was answered
	if counted := count(); counted.exact() {
		t.Errorf("a visit that was not counted is not seen: %v", counted)
	}
	v.made -= 2 // that one, and another as if it was not answered
	if counted := count(); counted.exact() {
		t.Errorf("a visit that was not answered is not seen: %v", counted)
	}
	visit(1) // the last one again: counted, and not credited
	v.made++
	if counted := count(); counted.exact() {
		t.Errorf("a visit that was not credited is not seen: %v", counted)
	}
}

func TestEveryVisitIsAnotherPersonsInABrowser(t *testing.T) {
	v := newVisits([]clarion.ShareLink{{Code: "0123456789abcdef"}, {Code: "fedcba9876543210"}})
	addresses := map[string]bool{}
	visits := []int64{0, 1, 255, 256, 65_535, 65_536, 1<<24 - 1, 1 << 24}
	for _, n := range visits {
		request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(v.request(nil, n))))
		if err != nil {
			t.Fatalf("visit %d: %v", n, err)
		}
		if want := []string{"/l/0123456789abcdef", "/l/fedcba9876543210"}[n%2]; request.URL.Path != want {
			t.Errorf("visit %d is to %s, want %s", n, request.URL.Path, want)
		}
		addresses[request.Header.Get("X-Forwarded-For")] = true
	}
	if len(addresses) != len(visits) || !addresses["80.0.0.0"] || !addresses["81.0.0.0"] || !addresses["80.255.255.255"] {
		t.Errorf("%d visits come from %v", len(visits), addresses)
	}
	different := map[string]bool{}
	for _, agent := range browsers() {
		different[agent] = true
		if verdict, reason := agents.Judge(agent); verdict != agents.Browser {
			t.Errorf("%q is no browser's agent: %s", agent, reason)
		}
	}
	if len(different) < 200 {
		t.Errorf("there are %d agents", len(different))
	}
}

func TestVisitsOfALinkAreThoseOfItsTurns(t *testing.T) {
	v := newVisits(make([]clarion.ShareLink, 3))
	for v.made = range 20 {
		want := make([]int, 3)
		for n := range v.made {
			want[n%3]++
		}
		for i := range want {
			if got := v.onLink(i); got != want[i] {
				t.Errorf("after %d visits link %d has had %d, want %d", v.made, i, got, want[i])
			}
		}
	}
}

func TestOnlyAWholeRedirectToTheTargetIsAnAnswer(t *testing.T) {
	const (
		redirect = "HTTP/1.1 302 Found\r\nLocation: " + target + "?utm_source=x\r\n"
		whole    = redirect + "Content-Length: 0\r\n\r\n"
	)
	for n := range len(whole) {
		if got, err := sendsOn([]byte(whole[:n])); got || err != nil {
			t.Errorf("%q: %v, %v", whole[:n], got, err)
		}
	}
	for answer, want := range map[string]bool{
		whole: true,
		redirect + "Content-Length: 5\r\n\r\nfoun":  false,
		redirect + "Content-Length: 5\r\n\r\nfound": true,
	} {
		if got, err := sendsOn([]byte(answer)); got != want || err != nil {
			t.Errorf("%q: %v, %v", answer, got, err)
		}
	}
	for _, answer := range []string{
		"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 503 Service Unavailable\r\nLocation: " + target + "\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example\r\nContent-Length: 0\r\n\r\n",
		redirect + "\r\n",
		redirect + "Content-Length: some\r\n\r\n",
		whole + "HTTP/1.1 302 Found",
	} {
		if _, err := sendsOn([]byte(answer)); err == nil {
			t.Errorf("%q is taken for an answer", answer)
		}
	}
}
