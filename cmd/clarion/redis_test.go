package main

import (
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// described says where a client goes, and as whom.
func described(rdb redis.UniversalClient) string {
	var s string
	var tls bool
	switch c := rdb.(type) {
	case *redis.ClusterClient:
		o := c.Options()
		s, tls = fmt.Sprintf("%s %s/%s 0", strings.Join(o.Addrs, ","), o.Username, o.Password), o.TLSConfig != nil
	case *redis.Client:
		o := c.Options()
		where := o.Addr
		if where == "FailoverClient" {
			where = "main" // what the Sentinels are asked for is not in the options
		}
		s, tls = fmt.Sprintf("%s %s/%s %d", where, o.Username, o.Password, o.DB), o.TLSConfig != nil
	}
	if tls {
		s += " tls"
	}
	return s
}
