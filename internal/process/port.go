package process

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// The ports that are given out lie below those from which systems take the near end of outgoing connections (Linux from
// 32768, https://docs.kernel.org/networking/ip-sysctl.html). So a program that is killed finds its port free when it is
// started again, whoever tried to reach it meanwhile.
const (
	firstPort = 12_000
	lastPort  = 29_999
)

// FreePort returns a loopback port on which nobody listens at this moment.
func FreePort() (string, error) {
	ports, err := FreePorts(1)
	if err != nil {
		return "", err
	}
	return ports[0], nil
}

// FreePorts returns so many different loopback ports on which nobody listens at this moment.
func FreePorts(n int) ([]string, error) {
	var ports []string
	var last error
	for range n + 100 {
		port := strconv.Itoa(firstPort + rand.IntN(lastPort-firstPort+1))
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			last = err
			continue
		}
		defer l.Close() // none is free for the next one before all are found
		if ports = append(ports, port); len(ports) == n {
			return ports, nil
		}
	}
	return nil, fmt.Errorf("looking for a free port: %w", errors.Join(errors.New("a hundred are taken"), last))
}
