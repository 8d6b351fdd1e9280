package process

import (
	"os"
	"syscall"
)

// ownGroup gives the program a process group, in which all that it starts is killed together, and lets the system kill it
// when the one who started it dies.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func killGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) } // there may be nobody left

func askToEnd(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
