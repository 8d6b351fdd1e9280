package links

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/links/agents"
)

func TestForwardedForIsBelievedOnlyThroughTrustedProxies(t *testing.T) {
	trusted := proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	tests := []struct {
		name, remote string
		headers      []string
		want         string
	}{
		{"no proxy", "198.51.100.1:50000", nil, "198.51.100.1"},
		{"a visitor who writes the header", "198.51.100.1:50000", []string{"203.0.113.9"}, "198.51.100.1"},
		{"one proxy", "10.0.0.1:443", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a visitor who writes the header before a proxy", "10.0.0.1:443", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "10.0.0.1:443", []string{"203.0.113.9, 198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"two headers", "10.0.0.1:443", []string{"203.0.113.9", "198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"a port", "10.0.0.1:443", []string{"198.51.100.1:1234"}, "198.51.100.1"},
		{"IPv6", "[fd00::1]:443", []string{"2001:db8::1"}, "2001:db8::1"},
		{"IPv6 with port", "[fd00::1]:443", []string{"[2001:db8::1]:99"}, "2001:db8::1"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:443", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"a zone", "[fe80::1%eth0]:443", nil, "fe80::1"},
		{"rubbish stops the walk at the nearest proxy", "10.0.0.1:443", []string{"198.51.100.1, unknown, 10.0.0.2"}, "10.0.0.2"},
		{"an empty header", "10.0.0.1:443", []string{""}, "10.0.0.1"},
		{"only proxies", "10.0.0.1:443", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"a socket without address", "@", []string{"198.51.100.1"}, "invalid IP"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr, r.Header["X-Forwarded-For"] = test.remote, test.headers
			if got := trusted.address(r).String(); got != test.want {
				t.Errorf("address is %s, want %s", got, test.want)
			}
		})
	}
}

func FuzzNobodyCanForgeAnAddressLeftOfATrustedProxy(f *testing.F) {
	for _, forged := range []string{"", "203.0.113.9", "10.0.0.2, 10.0.0.3", ",,,", "[::1", "unknown", "1.2.3.4:99, \"", "::ffff:10.0.0.9%x", strings.Repeat(",", 300)} {
		f.Add(forged)
	}
	trusted := proxies{netip.MustParsePrefix("10.0.0.0/8")}
	f.Fuzz(func(t *testing.T, forged string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = "10.0.0.1:443"
		r.Header["X-Forwarded-For"] = []string{forged, forged + ", 198.51.100.1, 10.0.0.2"}
		if got := trusted.address(r).String(); got != "198.51.100.1" {
			t.Errorf("with %q: %s", forged, got)
		}
		r.Header["X-Forwarded-For"] = []string{forged}
		if a := trusted.address(r); !a.IsValid() || a.Is4In6() || a.Zone() != "" {
			t.Errorf("with %q alone: %s", forged, a)
		}
		r.RemoteAddr = "192.0.2.1:1"
		if got := trusted.address(r).String(); got != "192.0.2.1" {
			t.Errorf("without a proxy, with %q: %s", forged, got)
		}
	})
}

func TestAVisitorHasAnotherNameEachDayOfTheWorkspace(t *testing.T) {
	town := newTown(t)
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	town.days.location = london
	town.clock.Store(time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC).UnixNano()) // 23:30 in London
	name := func() clarion.VisitorID {
		v, err := town.visitors.name(t.Context(), "acme", town.days.of(town.now()), netip.MustParseAddr("198.51.100.1"), iPhone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	evening := name()
	if name() != evening {
		t.Error("two names on one day")
	}
	town.clock.Add(int64(time.Hour)) // past midnight in London, not in UTC
	if name() == evening {
		t.Error("the same name on the next day")
	}
}

func TestTheNextDaysKeyIsFetchedInTheLastHour(t *testing.T) {
	var told []string
	d := days{location: time.UTC, ahead: func(day string) { told = append(told, day) }}
	for _, clock := range []string{"22:59", "23:00", "23:00", "23:59", "00:00"} {
		at, err := time.Parse("15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		if day := d.of(at); day != "0000-01-01" {
			t.Errorf("at %s it is %s", clock, day)
		}
	}
	if want := []string{"0000-01-02", "0000-01-02"}; !slices.Equal(told, want) {
		t.Errorf("it told of %v, want %v", told, want)
	}
}

func hashVisitor(key string, address netip.Addr, userAgent string) clarion.VisitorID {
	h := hasher{mac: hmac.New(sha256.New, []byte(key))}
	return h.name(address, userAgent)
}

func TestVisitorsDifferByAddressAndByAgentAndByKey(t *testing.T) {
	a, b := netip.MustParseAddr("198.51.100.1"), netip.MustParseAddr("198.51.100.2")
	names := map[clarion.VisitorID]bool{}
	for _, name := range []clarion.VisitorID{hashVisitor("k", a, iPhone), hashVisitor("k", b, iPhone), hashVisitor("k", a, android), hashVisitor("l", a, iPhone)} {
		names[name] = true
	}
	if len(names) != 4 {
		t.Errorf("%d names, want 4", len(names))
	}
	if again := hashVisitor("k", a, iPhone); !names[again] {
		t.Error("one visitor has two names")
	}
}

// BenchmarkJudgeAndName is what a visit costs before storage is asked: whether a browser came, and its name.
func BenchmarkJudgeAndName(b *testing.B) {
	agents.Prepare()
	h, address := hasher{mac: hmac.New(sha256.New, make([]byte, 32))}, netip.MustParseAddr("198.51.100.1")
	for name, run := range map[string]func(){
		"judge": func() { agents.Judge(iPhone) },
		"name":  func() { h.name(address, iPhone) },
		"both":  func() { agents.Judge(iPhone); h.name(address, iPhone) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
}
