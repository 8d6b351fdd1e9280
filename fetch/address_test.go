package fetch

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func TestOnlyAddressesOfThePublicInternetAreDialed(t *testing.T) {
	for name, addresses := range map[string]string{
		"loopback":                "127.0.0.1 127.255.255.254 ::1",
		"private":                 "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 fc00::1 fd12:3456::1",
		"link-local":              "169.254.0.1 fe80::1 febf::1 fe80::1%eth0",
		"metadata of clouds":      "169.254.169.254 fd00:ec2::254 100.100.100.200 192.0.0.192 168.63.129.16",
		"carrier-grade NAT":       "100.64.0.0 100.127.255.255",
		"multicast":               "224.0.0.1 239.255.255.255 ff02::1 ff0e::1",
		"unspecified":             "0.0.0.0 0.1.2.3 ::",
		"broadcast and reserved":  "255.255.255.255 240.0.0.1",
		"documentation":           "192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff::1",
		"benchmarks":              "198.18.0.1 198.19.255.255 2001:2::1",
		"IPv4-mapped":             "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8",
		"IPv4-compatible":         "::127.0.0.1 ::8.8.8.8",
		"NAT64 to private":        "64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b::168.63.129.16",
		"a network's own NAT64":   "64:ff9b:1::8.8.8.8",
		"6to4":                    "2002:7f00:1::1 2002:a00:1::1 2002:808:808::1 192.88.99.1",
		"Teredo":                  "2001:0:4136:e378:8000:63bf:3fff:fdd2",
		"site-local, discard, SR": "fec0::1 100::1 5f00::1",
		"a zone":                  "2606:4700::1111%eth0",
	} {
		t.Run(name, func(t *testing.T) {
			for address := range strings.FieldsSeq(addresses) {
				ip := netip.MustParseAddr(address)
				err := guard("tcp", netip.AddrPortFrom(ip, 80).String(), nil)
				if !errors.Is(err, ErrPrivate) {
					t.Errorf("%s: %v", address, err)
				} else if strings.Contains(err.Error(), address) {
					t.Errorf("the sentence has the address: %v", err)
				}
			}
		})
	}
	for address := range strings.FieldsSeq("8.8.8.8 1.1.1.1 100.63.255.255 100.128.0.0 172.15.0.1 172.32.0.1 192.0.1.1 168.63.129.17 223.255.255.255 " +
		"2606:4700:4700::1111 2a00:1450:4001::1 2001:4860:4860::8888 2001:200::1 64:ff9b::8.8.8.8") {
		if err := guard("tcp", netip.AddrPortFrom(netip.MustParseAddr(address), 443).String(), nil); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := guard("unix", "/run/docker.sock", nil); !errors.Is(err, ErrPrivate) {
		t.Errorf("a socket that is no TCP one: %v", err)
	}
}

func TestAnAddressIsCheckedBeforeItIsAsked(t *testing.T) {
	long := strings.Repeat("a", 253)
	allowed := func(hostport string) bool { return hostport == "demo.example:8080" }
	for address, says := range map[string]string{
		"https://www.example.com/a.jpg":      "",
		"http://www.example.com:80/a.jpg":    "",
		"https://www.example.com:443/a.jpg":  "",
		"http://demo.example:8080/a.jpg":     "",
		"http://DEMO.example.:8080/a.jpg":    "",
		"https://93.184.215.14/a.jpg":        "",
		"http://demo.example:8081/a.jpg":     "port",
		"https://www.example.com:8443/a.jpg": "port",
		"http://www.example.com:6379/":       "port",
		"ftp://www.example.com/a.jpg":        "https://",
		"file:///etc/passwd":                 "https://",
		"data:image/png;base64,AAAA":         "https://",
		"javascript:alert(1)":                "https://",
		"//www.example.com/a.jpg":            "https://",
		"a.jpg":                              "https://",
		"":                                   "https://",
		"https:///a.jpg":                     "names no web site",
		"https://me:pw@www.example.com/":     "user name",
		"https://köln.example/":              "",
		"https://www.my_shop.example./":      "",
		"https://<!channel>/":                "names no web site",
		"https://a\"b/":                      "names no web site",
		"https://example\u202emoc.example/":  "names no web site",
		"https://." + long + ".example/":     "names no web site",
		"http://127.0.0.1/":                  "public internet",
		"http://[::1]/":                      "public internet",
		"http://[::ffff:10.0.0.1]/":          "public internet",
		"http://169.254.169.254/latest/":     "public internet",
		"http://[fe80::1%25eth0]/":           "public internet",
	} {
		t.Run(address, func(t *testing.T) {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			err = checkAddress(u, allowed, []string{"80", "443"})
			switch {
			case says == "" && err != nil:
				t.Errorf("refused: %v", err)
			case says != "" && !strings.Contains(fmt.Sprint(err), says):
				t.Errorf("got %v, which does not say %q", err, says)
			case says != "" && errors.Is(err, ErrPrivate) != (says == "public internet"), errors.Is(err, ErrPrivate) && errors.Is(err, ErrAddress):
				t.Errorf("%v is of the wrong kind", err)
			}
		})
	}
}

// FuzzAllowed holds that an address that is not one of the global internet, by the standard library's own words
// and by those of the IPv4 address within it, is never dialed.
func FuzzAllowed(f *testing.F) {
	for _, seed := range []string{"127.0.0.1", "8.8.8.8", "::1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "fe80::1", "fd00::1", "2606:4700::1111", "100.64.0.1"} {
		f.Add(netip.MustParseAddr(seed).AsSlice(), "")
	}
	f.Add(netip.MustParseAddr("2606:4700::1111").AsSlice(), "eth0")
	f.Fuzz(func(t *testing.T, raw []byte, zone string) {
		ip, ok := netip.AddrFromSlice(raw)
		if !ok {
			return
		}
		ip = ip.WithZone(zone)
		if !public(ip) {
			return
		}
		inner := ip
		if b := ip.AsSlice(); ip.Is6() && string(b[:12]) == "\x00\x64\xff\x9b\x00\x00\x00\x00\x00\x00\x00\x00" {
			inner = netip.AddrFrom4([4]byte(b[12:]))
		}
		for _, a := range []netip.Addr{inner, inner.Unmap()} {
			if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
				t.Errorf("%s is dialed", ip)
			}
		}
		if ip.Is4In6() || ip.Zone() != "" {
			t.Errorf("%s is dialed", ip)
		}
		if err := guard("tcp", netip.AddrPortFrom(ip, 80).String(), nil); err != nil {
			t.Errorf("%s is public, but: %v", ip, err)
		}
	})
}
