// Package process starts the programs that a test of the whole needs: each with a port of its own, its output in a
// file, and gone when the one who started it is gone.
package process

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// A Process is a program that runs, with all that it starts itself.
type Process struct {
	cmd   *exec.Cmd
	log   *os.File
	ended chan struct{}
	err   error // what Wait said; set before ended is closed
}

// Start starts a program. What it writes, on both of its outputs that cmd says nothing else of, is added to the file
// named log. Kill or Stop has to be called in the end.
func Start(cmd *exec.Cmd, log string) (*Process, error) {
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) // #nosec G304 -- the caller's own file
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	if cmd.Stdout == nil {
		cmd.Stdout = file
	}
	if cmd.Stderr == nil {
		cmd.Stderr = file
	}
	cmd.SysProcAttr = ownGroup()
	if err := cmd.Start(); err != nil {
		file.Close()
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	p := &Process{cmd: cmd, log: file, ended: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		file.Close()
		close(p.ended)
	}()
	return p, nil
}

// Ended is closed when the program has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Err says how the program ended, once it has: nil for the exit status 0.
func (p *Process) Err() error { return p.err }

// Log returns the name of the file that has the program's output.
func (p *Process) Log() string { return p.log.Name() }

// Kill ends the program and all that it started at once, as a power cut would, and returns when it is gone. Killing it
// twice is no error.
func (p *Process) Kill() {
	killGroup(p.cmd.Process)
	<-p.ended
}

// Stop asks the program to end in order, and returns when it has, with what it says. One that takes longer than patience
// is killed, which is an error.
func (p *Process) Stop(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := askToEnd(p.cmd.Process); err != nil {
		p.Kill()
		return p.err
	}
	select {
	case <-p.ended:
		return p.err
	case <-ctx.Done():
		p.Kill()
		return fmt.Errorf("%s did not end in order: %w", p.cmd.Path, ctx.Err())
	}
}
