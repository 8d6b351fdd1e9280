package storage

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseReadsEveryKindOfRedisURL(t *testing.T) {
	type want struct {
		addrs                  []string
		user, password, master string
		db                     int
		cluster, tls           bool
	}
	for url, want := range map[string]want{
		"redis://cache":                                 {addrs: []string{"cache:6379"}},
		"redis://:s3cret@cache:7000/3":                  {addrs: []string{"cache:7000"}, password: "s3cret", db: 3},
		"redis://me:p%40ss@127.0.0.1:6379":              {addrs: []string{"127.0.0.1:6379"}, user: "me", password: "p@ss"},
		"redis://[::1]:6380/":                           {addrs: []string{"[::1]:6380"}},
		"rediss://cache:6380":                           {addrs: []string{"cache:6380"}, tls: true},
		"redis://a:1,b:2":                               {addrs: []string{"a:1", "b:2"}},
		"redis://a:1,redis://b:2":                       {addrs: []string{"a:1", "b:2"}},
		"redis://:pw@a:1,redis://:pw@b:2":               {addrs: []string{"a:1", "b:2"}, password: "pw"},
		"redis+cluster://me:pw@a:1":                     {addrs: []string{"a:1"}, user: "me", password: "pw", cluster: true},
		"rediss+cluster://a,b":                          {addrs: []string{"a:6379", "b:6379"}, cluster: true, tls: true},
		"redis+sentinel://:pw@s1,s2:5000/clarion/2":     {addrs: []string{"s1:26379", "s2:5000"}, password: "pw", master: "clarion", db: 2},
		"redis+sentinel://s1/m?sentinel_password=other": {addrs: []string{"s1:26379"}, master: "m"},
	} {
		o, err := parse(url)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		got := want
		got.addrs, got.user, got.password, got.master, got.db, got.cluster, got.tls =
			o.Addrs, o.Username, o.Password, o.MasterName, o.DB, o.IsClusterMode, o.TLSConfig != nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", url, got, want)
		}
	}
}

func TestOpenRefusesABadURLWithoutNamingThePassword(t *testing.T) {
	for _, url := range []string{
		"", "cache:6379", "http://:hunter2@cache", "redis://:hunter2@", "redis://:hun/ter2@cache:6379",
		"redis://:hunter2%zz@cache", "redis://:hunter2@cache:port", "redis://:hunter2@cache/first",
		"redis+sentinel://:hunter2@cache", "redis+ring://:hunter2@cache", "redis://:hunter2@ca che", "redis://user:hunter2",
		"redis://:hun@ter2@cache", "redis://:hunter2@a:1,redis://:hunter23@b:2",
	} {
		s, err := Open(Options{URL: url})
		if err == nil {
			_ = s.Close()
			t.Errorf("%q: opened", url)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "ter2") {
			t.Errorf("%q: the error names the password: %v", url, err)
		}
	}
}
