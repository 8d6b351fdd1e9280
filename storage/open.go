package storage

import (
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Options say which Redis is used, and how. A zero value other than URL means the default.
type Options struct {
	// URL is REDIS_URL:
	//
	//	redis://[user:password@]host[:6379][/db]            one Redis; rediss:// with TLS
	//	redis://host:6379,host:6379                         several of one Redis Cluster
	//	redis+cluster://host:6379                           a Redis Cluster, by one of its nodes
	//	redis+sentinel://host[:26379],host/master[/db]      the master that Sentinels know by a name
	//
	// rediss+cluster:// and rediss+sentinel:// use TLS. Sentinels that want a login of their own take it from
	// ?sentinel_username=…&sentinel_password=….
	URL string
	// PoolSize bounds the connections to a Redis node; 64 by default.
	PoolSize int
	// Timeout bounds the wait for a connection, for sending a command and for its answer, each; 2 seconds by
	// default. A command is sent up to three times.
	Timeout time.Duration
	// Options are those of New.
	Options []Option
}

const (
	defaultPool    = 64
	defaultTimeout = 2 * time.Second
	retries        = 2 // after the first attempt
	redisPort      = "6379"
	sentinelPort   = "26379"
)

// Open returns a Storage over the Redis of a URL. It does not connect yet: Ping does. No error names a
// password.
func Open(o Options) (*Storage, error) {
	options, err := parse(o.URL)
	if err != nil {
		return nil, err
	}
	options.PoolSize = o.PoolSize
	if options.PoolSize <= 0 {
		options.PoolSize = defaultPool
	}
	timeout := o.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	options.MaxActiveConns = options.PoolSize
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = timeout, timeout, timeout, timeout
	options.MaxRetries = retries
	options.DialerRetries = 1 // the retries above are enough
	options.ContextTimeoutEnabled = true
	options.ClientName = "clarion"
	options.Protocol = 2 // nothing here needs more, and the third looks for pushed messages before each answer
	return New(redis.NewUniversalClient(options), o.Options...), nil
}

// The sentences about a URL say nothing of what stands in it, as a password may stand anywhere in a
// mistyped one.
var (
	errURL    = errors.New("it must look like redis://user:password@host:6379/0, with other signs than letters and digits in the password written as %XX")
	errScheme = errors.New("it must begin with redis://, rediss://, redis+cluster:// or redis+sentinel://")
	errDB     = errors.New("after the host there can be /0, /1, …: the number of a database")
	errMaster = errors.New("after the Sentinels' hosts there must be the master's name: redis+sentinel://host:26379/master")
)

// parse reads a REDIS_URL.
func parse(text string) (*redis.UniversalOptions, error) {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(text), "://")
	if !ok {
		return nil, errScheme
	}
	base, kind, _ := strings.Cut(scheme, "+")
	if (base != "redis" && base != "rediss") || !slices.Contains([]string{"", "cluster", "sentinel"}, kind) {
		return nil, errScheme
	}
	// Hosts are taken out before the rest is read, as a URL has one host.
	rest = strings.ReplaceAll(rest, ","+scheme+"://", ",") // a list of whole addresses
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	authority, path := rest[:end], rest[end:]
	at := strings.Index(authority, "@") + 1
	login := authority[:at]
	u, err := url.Parse(base + "://" + login + "host" + path)
	if err != nil {
		return nil, errURL
	}
	options := &redis.UniversalOptions{IsClusterMode: kind == "cluster"}
	options.Username = u.User.Username()
	options.Password, _ = u.User.Password()
	port := redisPort
	database := strings.Trim(u.Path, "/")
	if kind == "sentinel" {
		port = sentinelPort
		options.MasterName, database, _ = strings.Cut(database, "/")
		options.SentinelUsername = u.Query().Get("sentinel_username")
		options.SentinelPassword = u.Query().Get("sentinel_password")
		if options.MasterName == "" {
			return nil, errMaster
		}
	}
	for _, host := range strings.Split(authority[at:], ",") {
		address, ok := hostPort(strings.TrimPrefix(strings.TrimSpace(host), login), port)
		if !ok {
			return nil, errURL
		}
		options.Addrs = append(options.Addrs, address)
	}
	if database != "" {
		if options.DB, err = strconv.Atoi(database); err != nil || options.DB < 0 {
			return nil, errDB
		}
	}
	if base == "rediss" {
		options.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
		if len(options.Addrs) == 1 && kind == "" {
			options.TLSConfig.ServerName, _, _ = net.SplitHostPort(options.Addrs[0])
		}
	}
	return options, nil
}

// hostPort returns host:port, with a port if there is none.
func hostPort(s, port string) (string, bool) {
	host, own, err := net.SplitHostPort(s)
	if err != nil {
		host, own = strings.Trim(s, "[]"), port
	}
	if n, err := strconv.Atoi(own); err != nil || n < 1 || n > 65535 {
		return "", false
	}
	if host == "" || strings.ContainsAny(host, "@/ ") || (err != nil && strings.Contains(host, ":") && !strings.HasPrefix(s, "[")) {
		return "", false
	}
	return net.JoinHostPort(host, own), true
}
