package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime/pprof"
	"strings"

	"github.com/clarion-bot/clarion/internal/measure"
)

// serveCommand, as its first argument, makes this program one of the servers.
const serveCommand = "serve"

// A child is a server in a process of its own, so that neither hurts the other with its garbage.
type child struct {
	address string
	cmd     *exec.Cmd
	stdin   io.Closer
}

// startServer starts one of the servers over the Redis at an address.
func startServer(ctx context.Context, server, redis string, more ...string) (*child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := append([]string{serveCommand, "-redis", redis}, more...)
	cmd := exec.CommandContext(ctx, program, append(args, server)...) // #nosec G204 -- this program itself
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the server %s: %w", server, err)
	}
	c := &child{cmd: cmd, stdin: stdin}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the server %s does not say its address: %w", server, err), c.stop())
	}
	c.address = strings.TrimSpace(line)
	return c, nil
}

// stop lets the server finish what it has. It may be called again.
func (c *child) stop() error {
	if c.cmd.ProcessState != nil {
		return nil
	}
	return errors.Join(c.stdin.Close(), c.cmd.Wait())
}

// A server is one that is measured.
type server struct {
	http.Handler
	close func() error // finishes what was answered
}

// serve is the child: it writes its address to out, and serves until in ends.
func serve(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	var redis, profile string
	flags := flag.NewFlagSet(serveCommand, flag.ContinueOnError)
	flags.StringVar(&redis, "redis", "", "address of Redis")
	flags.StringVar(&profile, "cpuprofile", "", "write a CPU profile to this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	newServer, known := servers()[flags.Arg(0)]
	if !known {
		return fmt.Errorf("there is no server %q", flags.Arg(0))
	}
	s, err := newServer(ctx, redis)
	if err != nil {
		return err
	}
	if profile != "" {
		file, err := os.Create(profile) // #nosec G304 -- the file that was asked for
		if err != nil {
			return fmt.Errorf("creating the profile: %w", err)
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return fmt.Errorf("profiling: %w", err)
		}
		defer pprof.StopCPUProfile()
	}
	address, stop, err := measure.Serve(s)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, address); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, in)
	stop()
	return errors.Join(err, s.close())
}
