//go:build !linux

package process

import (
	"os"
	"syscall"
)

// ownGroup is nothing where there are no process groups, or no death of a parent is told.
func ownGroup() *syscall.SysProcAttr { return nil }

func killGroup(p *os.Process) { _ = p.Kill() } // it may have ended

func askToEnd(p *os.Process) error { return p.Signal(os.Interrupt) }
