package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// runHealthcheck is nil when the bot that listens at LISTEN on this machine is ready. It is what a container
// without a shell asks itself.
func runHealthcheck(ctx context.Context, c Call) error {
	if err := noArguments("healthcheck", c); err != nil {
		return err
	}
	cfg, err := readConfig(c.Env)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+dialable(cfg.Listen)+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("LISTEN makes no sense: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("the bot does not answer: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the bot is not ready: it answers %s", answer.Status)
	}
	_, err = fmt.Fprintln(c.Out, "ready")
	return err
}

// dialable returns where something that listens at an address is reached on this machine.
func dialable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
