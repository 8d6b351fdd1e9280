package links

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
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
	town.Location = london
	town.clock.Store(time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC).UnixNano()) // 23:30 in London
	name := func() string {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("User-Agent", iPhone)
		v, err := town.visitor(t.Context(), "acme", r)
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

func TestVisitorsDifferByAddressAndByAgentAndByKey(t *testing.T) {
	a, b := netip.MustParseAddr("198.51.100.1"), netip.MustParseAddr("198.51.100.2")
	names := map[string]bool{}
	for _, name := range []string{
		hashVisitor([]byte("k"), a, iPhone), hashVisitor([]byte("k"), b, iPhone),
		hashVisitor([]byte("k"), a, android), hashVisitor([]byte("l"), a, iPhone),
	} {
		names[name] = true
	}
	if len(names) != 4 {
		t.Errorf("%d names, want 4", len(names))
	}
}

func BenchmarkHashVisitor(b *testing.B) {
	key, address := make([]byte, 32), netip.MustParseAddr("198.51.100.1")
	b.ReportAllocs()
	for b.Loop() {
		hashVisitor(key, address, iPhone)
	}
}
