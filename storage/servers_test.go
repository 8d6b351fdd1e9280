package storage

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/clarion-bot/clarion/internal/redistest"
)

func TestServersTellWhetherTheyForget(t *testing.T) {
	for info, want := range map[string]Server{
		"# Server\r\nredis_version:7.0.15\r\naof_enabled:1\r\nmaxmemory_policy:noeviction\r\n": {Version: "7.0.15", AppendOnly: true, Eviction: "noeviction"},
		"redis_version:8.0.0\r\naof_enabled:0\r\nmaxmemory_policy:allkeys-lru\r\n":             {Version: "8.0.0", Eviction: "allkeys-lru"},
		"": {},
	} {
		if got := readInfo(info); got != want {
			t.Errorf("%q gives %+v, want %+v", info, got, want)
		}
	}
}

func TestEachServerOfAClusterIsAsked(t *testing.T) {
	e := newEnv(t, openBackend(t, "redis+cluster://"+redistest.StartCluster(t)[0]), "servers")
	servers, err := e.s.Servers(e.ctx)
	if err != nil || len(servers) != 3 {
		t.Fatalf("%d servers, %v", len(servers), err)
	}
	for _, s := range servers {
		if !s.AppendOnly || s.Version == "" || s.Silent {
			t.Errorf("%+v", s)
		}
	}
}

func TestTheClientsOwnWordsGoToTheLog(t *testing.T) {
	var b bytes.Buffer
	clientLog{slog.New(slog.NewTextHandler(&b, nil))}.Printf(context.Background(), "lost %d", 1)
	if !strings.Contains(b.String(), "level=WARN") || !strings.Contains(b.String(), "lost 1") {
		t.Errorf("logged %q", b.String())
	}
}
