package clarion

import (
	"net/url"
	"strings"
	"testing"
)

func TestADestinationIsTheTargetWithParametersBehindItsOwn(t *testing.T) {
	link := ShareLink{Code: "0123456789abcdef", Network: X}
	const utm = "utm_source=x&utm_medium=social&utm_campaign=the-lantern-the-fox&utm_content=partner"
	for target, want := range map[string]string{
		"https://example.com":                          "https://example.com?" + utm,
		"https://example.com/":                         "https://example.com/?" + utm,
		"https://example.com/a?":                       "https://example.com/a?" + utm,
		"https://example.com/a?b=1":                    "https://example.com/a?b=1&" + utm,
		"https://example.com/a?b=1&":                   "https://example.com/a?b=1&" + utm,
		"https://example.com/a#part":                   "https://example.com/a?" + utm + "#part",
		"https://example.com/a?b=1#/route?c=2":         "https://example.com/a?b=1&" + utm + "#/route?c=2",
		"https://example.com/a%2Fb?q=%C3%A9+x%20y&q=2": "https://example.com/a%2Fb?q=%C3%A9+x%20y&q=2&" + utm,
		"HTTPS://Example.COM/É?ü":                      "HTTPS://Example.COM/É?ü&" + utm,
		"https://example.com/?utm_source=shop":         "https://example.com/?utm_source=shop&utm_medium=social&utm_campaign=the-lantern-the-fox&utm_content=partner",
		"https://example.com/?utm_source_x=1":          "https://example.com/?utm_source_x=1&" + utm,
		"https://example.com/?utm_source":              "https://example.com/?utm_source&utm_medium=social&utm_campaign=the-lantern-the-fox&utm_content=partner",
	} {
		c := Campaign{Title: "The Lantern & the Fox!", Target: target}
		if got := c.Destination(link, ""); got != want {
			t.Errorf("%s\n got %s\nwant %s", target, got, want)
		}
	}
	c := Campaign{Title: "A", UTM: "christmas-2026", Target: "https://example.com/"}
	click := NewClickID(link.Code, 7)
	link.Network, link.Partner = OfficialNetwork, Official
	if got, want := c.Destination(link, click), "https://example.com/?utm_source=official&utm_medium=social&utm_campaign=christmas-2026&utm_content=official&clarion_click="+string(click); got != want {
		t.Errorf("official\n got %s\nwant %s", got, want)
	}
}

func FuzzADestinationNeverLeavesItsHost(f *testing.F) {
	for _, target := range []string{"https://example.com", "https://example.com/a?b#c", "http://[::1]:8080/?x", "https://a.b/?utm_source=1#?", "https://xn--caf-dma.example/ü?q=ü"} {
		f.Add(target, "x", "A title", "")
	}
	f.Fuzz(func(t *testing.T, target, network, title, name string) {
		if checkAddress("target", target, "http", "https") != nil || checkUTM(name) != nil {
			return
		}
		c := Campaign{Title: title, UTM: name, Target: target}
		link := ShareLink{Code: "0123456789abcdef", Network: X, Partner: PartnerID(network)}
		got := c.Destination(link, NewClickID(link.Code, 1))
		before, err := url.Parse(target)
		if err != nil {
			t.Fatal(err)
		}
		after, err := url.Parse(got)
		if err != nil {
			t.Fatalf("%q became %q: %v", target, got, err)
		}
		if after.Scheme != before.Scheme || after.Host != before.Host || after.EscapedPath() != before.EscapedPath() || after.EscapedFragment() != before.EscapedFragment() {
			t.Errorf("%q became %q", target, got)
		}
		stem, _, _ := strings.Cut(target, "#")
		if !strings.HasPrefix(got, stem) {
			t.Errorf("%q is not the begin of %q", stem, got)
		}
		if values := after.Query(); !values.Has(ClickParameter) {
			t.Errorf("%q has no click id", got)
		}
	})
}

func TestAClickIsReadAsItsIDOrAsABareCode(t *testing.T) {
	const code = Code("0123456789abcdef")
	id := NewClickID(code, 1<<63+12345)
	if len(id) != clickIDLength {
		t.Fatalf("%q has %d characters", id, len(id))
	}
	for _, s := range []string{string(id), strings.ToUpper(string(id)), string(code), " " + string(code) + ". ", "O123456789ABCDEF"} {
		if got, err := ParseClick(s); err != nil || got != code {
			t.Errorf("%q is read as %q, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "0123", string(id[:28]), string(id) + "0", string(code) + "-23456789abcd", strings.Repeat("u", clickIDLength)} {
		if got, err := ParseClick(s); err == nil {
			t.Errorf("%q is read as %q", s, got)
		}
	}
}
