package fetch

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"unicode"

	"golang.org/x/net/idna"
)

// maxName is the longest name of a host, in bytes (RFC 1035, section 2.3.4).
const maxName = 253

// MaxAddress is the longest address that is looked at, in bytes: a campaign's has at most 2,000 code points.
const MaxAddress = 8000

// refusedPrefixes are the blocks of addresses that are no web site's, out of 0.0.0.0/0 and 2000::/3. They are those
// that the registries call not globally reachable
// (https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry)
// and those that lead on to an IPv4 address by a tunnel.
var refusedPrefixes = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),        // this network
	netip.MustParsePrefix("10.0.0.0/8"),       // private
	netip.MustParsePrefix("100.64.0.0/10"),    // carrier-grade NAT; Alibaba's metadata at 100.100.100.200
	netip.MustParsePrefix("127.0.0.0/8"),      // loopback
	netip.MustParsePrefix("169.254.0.0/16"),   // link-local; the metadata of most clouds at 169.254.169.254
	netip.MustParsePrefix("172.16.0.0/12"),    // private
	netip.MustParsePrefix("192.0.0.0/24"),     // protocol assignments; Oracle's metadata at 192.0.0.192
	netip.MustParsePrefix("192.0.2.0/24"),     // documentation
	netip.MustParsePrefix("192.88.99.0/24"),   // 6to4 relays, deprecated
	netip.MustParsePrefix("192.168.0.0/16"),   // private
	netip.MustParsePrefix("198.18.0.0/15"),    // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"),  // documentation
	netip.MustParsePrefix("203.0.113.0/24"),   // documentation
	netip.MustParsePrefix("224.0.0.0/4"),      // multicast
	netip.MustParsePrefix("240.0.0.0/4"),      // reserved, and broadcast
	netip.MustParsePrefix("168.63.129.16/32"), // Azure's host, reached from within each virtual machine of it:
	// https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16

	netip.MustParsePrefix("2001::/23"),     // protocol assignments; Teredo
	netip.MustParsePrefix("2001:db8::/32"), // documentation
	netip.MustParsePrefix("2002::/16"),     // 6to4
	netip.MustParsePrefix("3fff::/20"),     // documentation
}

var (
	// globalUnicast is all of IPv6 that is given out to sites. Loopback, private (fc00::/7), link-local (fe80::/10),
	// multicast, IPv4-mapped and discarded addresses are outside of it.
	globalUnicast = netip.MustParsePrefix("2000::/3")
	// nat64 has the IPv4 address of a site in its last 32 bits: a network without IPv4 reaches all such sites by it
	// (RFC 6052). 64:ff9b:1::/48, a network's own choice, is outside of it and refused.
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
)

// public says whether the address is one of the public internet. No prefix contains an address with a zone, so that
// it is none.
func public(a netip.Addr) bool {
	if nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	if !a.Is4() && !globalUnicast.Contains(a) {
		return false
	}
	return !slices.ContainsFunc(refusedPrefixes, func(p netip.Prefix) bool { return p.Contains(a) })
}

// guard is the Control of the dialer: it sees the IP address that a connection goes to, after all names were looked
// up and before the first packet is sent. A name that leads elsewhere at its second look-up gains nothing by it.
func guard(_, address string, _ syscall.RawConn) error {
	ip, err := netip.ParseAddrPort(address)
	if err == nil && public(ip.Addr()) {
		return nil
	}
	return &Error{
		Kind: ErrPrivate, Sentence: "it leads to a place that is not on the public internet",
		Cause: fmt.Errorf("connect to %s", address),
	}
}

// checkAddress says what is wrong with an address, before anything is asked: the caller's own, and each that a
// site redirects to. Ports is what may be asked of hosts that are not allowed.
func checkAddress(u *url.URL, allowed func(hostport string) bool, ports []string) error {
	refuse := func(sentence string) error { return &Error{Kind: ErrAddress, Sentence: sentence, Host: u.Hostname()} }
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return refuse("it does not begin with https://")
	case u.User != nil:
		return refuse("it has a user name in it")
	case u.Hostname() == "":
		return refuse("it names no web site")
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	if allowed(hostport(u.Hostname(), port)) {
		return nil
	}
	if !slices.Contains(ports, port) {
		return refuse("it names a port other than those of web sites, 80 and 443")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		return guard("", netip.AddrPortFrom(ip, 0).String(), nil)
	}
	if _, ok := HostName(u.Hostname()); !ok {
		return refuse("it names no web site")
	}
	return nil
}

// HostName returns a host as it is looked up, in ASCII, and whether it can be the name of a web site, or its IP
// address. What is none is not even shown: a site chooses where it redirects, and so what people would read.
func HostName(host string) (string, bool) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return host, ip.Zone() == ""
	}
	name := strings.TrimSuffix(host, ".")
	if strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return "", false
		}
		name = ascii
	}
	return name, name != "" && len(name) <= maxName && !strings.ContainsFunc(name, noSignOfAName)
}

// noSignOfAName says whether a sign stands in no name. An underscore does in some, although it should not.
func noSignOfAName(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	return !letter && (r < '0' || r > '9') && !strings.ContainsRune("-._", r)
}

// hostport is the one way to write a host and its port that Config.Allow is asked with.
func hostport(host, port string) string {
	return net.JoinHostPort(strings.TrimSuffix(strings.ToLower(host), "."), port)
}
