package links

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"hash"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// proxies are the networks whose X-Forwarded-For is believed.
type proxies []netip.Prefix

func (p proxies) trust(a netip.Addr) bool { return contains(p, a) }

func contains(networks []netip.Prefix, a netip.Addr) bool {
	for _, network := range networks {
		if network.Contains(a) {
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

// visitors names who came. A name is an HMAC of address and user agent under a key that lives one day: neither
// of the two can be found from it once the key is gone. People behind one address, as on a store's Wi-Fi,
// differ by their agents only, and two with the same phone are one visitor.
type visitors struct {
	storage *storage.Storage
	pools   sync.Map // keyOf → *sync.Pool of hash.Hash under that key
}

type keyOf struct {
	workspace clarion.WorkspaceID
	day       string
}

func (v *visitors) name(ctx context.Context, workspace clarion.WorkspaceID, day string, address netip.Addr, userAgent string) (clarion.VisitorID, error) {
	pool, err := v.pool(ctx, keyOf{workspace, day})
	if err != nil {
		return clarion.VisitorID{}, fmt.Errorf("name a visitor: %w", err)
	}
	h := pool.Get().(*hasher)
	id := h.name(address, userAgent)
	pool.Put(h)
	return id, nil
}

// ahead fetches the key of a day that is about to begin, so that visitors have names also when Redis is away
// just then.
func (v *visitors) ahead(day string) {
	v.pools.Range(func(of, _ any) bool {
		workspace := v.storage.Workspace(of.(keyOf).workspace)
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), shareBound)
			defer cancel()
			_, _ = workspace.VisitorKey(ctx, day) // asked for again when the day has come
		}()
		return true
	})
}

// pool returns the hashers of a day, and forgets those of other days.
func (v *visitors) pool(ctx context.Context, of keyOf) (*sync.Pool, error) {
	if pool, ok := v.pools.Load(of); ok {
		return pool.(*sync.Pool), nil
	}
	key, err := v.storage.Workspace(of.workspace).VisitorKey(ctx, of.day)
	if err != nil {
		return nil, err
	}
	v.pools.Range(func(other, _ any) bool {
		if o := other.(keyOf); o.workspace == of.workspace {
			v.pools.Delete(o)
		}
		return true
	})
	pool := &sync.Pool{New: func() any { return &hasher{mac: hmac.New(sha256.New, key)} }}
	v.pools.Store(of, pool)
	return pool, nil
}

// A hasher makes visitors' names, one after the other.
type hasher struct {
	mac  hash.Hash
	text []byte
	sum  [sha256.Size]byte
}

func (h *hasher) name(address netip.Addr, userAgent string) (id clarion.VisitorID) {
	h.text = append(address.AppendTo(h.text[:0]), 0)
	h.text = append(h.text, userAgent[:min(len(userAgent), longestAgent)]...)
	h.mac.Reset()
	h.mac.Write(h.text)
	copy(id[:], h.mac.Sum(h.sum[:0]))
	return id
}

// longestAgent is how much of an agent tells visitors apart; none that is longer is a browser's.
const longestAgent = 2048

// days names the day that it is in the workspace's time zone. It looks once a minute.
type days struct {
	location *time.Location
	ahead    func(day string) // is told of tomorrow in the last hour before it begins
	known    atomic.Pointer[minuteOfDay]
}

type minuteOfDay struct {
	minute int64
	day    string
}

const dayForm = "2006-01-02"

func (d *days) of(now time.Time) string {
	minute := now.Unix() / 60
	known := d.known.Load()
	if known != nil && known.minute == minute {
		return known.day
	}
	local := now.In(d.location)
	day := local.Format(dayForm)
	d.known.Store(&minuteOfDay{minute, day})
	if tomorrow := local.Add(time.Hour).Format(dayForm); tomorrow != day && d.ahead != nil {
		d.ahead(tomorrow)
	}
	return day
}
