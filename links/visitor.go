package links

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/clarion-bot/clarion"
)

// proxies are the networks whose X-Forwarded-For is believed.
type proxies []netip.Prefix

func (p proxies) trust(a netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// address returns where the request came from: the connection's other end or, when that is a trusted proxy,
// the last address of X-Forwarded-For that no trusted proxy has. What stands left of that was written by the
// visitor and can be anything. The zero Addr says that it is not known.
func (p proxies) address(r *http.Request) netip.Addr {
	nearest := parseAddress(r.RemoteAddr)
	if !p.trust(nearest) {
		return nearest
	}
	headers := r.Header["X-Forwarded-For"]
	for i := len(headers) - 1; i >= 0; i-- {
		rest := headers[i]
		for more := true; more; {
			var hop string
			comma := strings.LastIndexByte(rest, ',')
			more = comma >= 0
			hop, rest = rest[comma+1:], rest[:max(comma, 0)]
			a := parseAddress(strings.TrimSpace(hop))
			if !a.IsValid() {
				return nearest
			}
			if nearest = a; !p.trust(a) {
				return a
			}
		}
	}
	return nearest
}

// parseAddress reads an address with or without a port, as proxies write both. IPv4 in IPv6 is IPv4, and a
// zone is dropped.
func parseAddress(s string) netip.Addr {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// visitor returns the name of who came: an HMAC of address and user agent under a key that lives one day.
// Neither of the two can be found from it once the key is gone. People behind one address, as on a store's
// Wi-Fi, differ by their agents only, and two with the same phone are one visitor.
func (w *Web) visitor(ctx context.Context, workspace clarion.WorkspaceID, r *http.Request) (string, error) {
	key, err := w.Storage.Workspace(workspace).VisitorKey(ctx, w.day())
	if err != nil {
		return "", fmt.Errorf("name a visitor: %w", err)
	}
	return hashVisitor(key, w.proxies.address(r), r.UserAgent()), nil
}

// day names today in the workspace's time zone.
func (w *Web) day() string { return w.Now().In(w.Location).Format("2006-01-02") }

func hashVisitor(key []byte, address netip.Addr, userAgent string) string {
	mac := hmac.New(sha256.New, key)
	text := make([]byte, 0, 256)
	text = address.AppendTo(text)
	text = append(text, 0)
	text = append(text, userAgent...)
	mac.Write(text)
	var sum [sha256.Size]byte
	return base64.RawURLEncoding.EncodeToString(mac.Sum(sum[:0]))
}
