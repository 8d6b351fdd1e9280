package process

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// shell starts a shell and returns when it has written "ready". What it writes afterwards is in out, which ends when nobody
// is left who could write.
func shell(t *testing.T, script string) (p *Process, out *bufio.Reader) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { read.Close() })
	cmd := exec.Command("sh", "-c", script)
	cmd.Stdout = write
	p, err = Start(cmd, filepath.Join(t.TempDir(), "log"))
	write.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	out = bufio.NewReader(read)
	if line, err := out.ReadString('\n'); line != "ready\n" {
		t.Fatalf("%q %v", line, err)
	}
	return p, out
}

func TestKillEndsAlsoWhatTheProgramHasStarted(t *testing.T) {
	p, out := shell(t, "sleep 600 & echo ready; sleep 600")
	p.Kill()
	p.Kill()
	if _, err := out.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("somebody lives: %v", err)
	}
	if p.Err() == nil {
		t.Error("it ended in order")
	}
}

func TestStopIsInOrderOrAnError(t *testing.T) {
	p, _ := shell(t, "trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done")
	if err := p.Stop(t.Context(), time.Minute); err != nil {
		t.Error(err)
	}
	p, _ = shell(t, "trap 'echo bad luck >&2; exit 3' TERM; echo ready; while :; do sleep 0.01; done")
	var failed *exec.ExitError
	if err := p.Stop(t.Context(), time.Minute); !errors.As(err, &failed) || failed.ExitCode() != 3 {
		t.Error(err)
	}
	if log, err := os.ReadFile(p.Log()); err != nil || !strings.HasSuffix(string(log), "bad luck\n") {
		t.Errorf("%q %v", log, err)
	}
	p, _ = shell(t, "trap '' TERM; echo ready; while :; do sleep 0.01; done")
	if err := p.Stop(t.Context(), time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	<-p.Ended()
}

func TestFreePortsAreDifferent(t *testing.T) {
	// Of so many that are drawn one by one out of 18,000, two are the same in eleven of twelve runs.
	ports, err := FreePorts(300)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ports)
	if different := len(slices.Compact(ports)); different != 300 {
		t.Errorf("%d different ports of 300", different)
	}
}

func TestAFreePortIsFreeAndNoOutgoingConnectionTakesIt(t *testing.T) {
	for range 50 {
		port, err := FreePort()
		if err != nil {
			t.Fatal(err)
		}
		if port < "12000" || port > "29999" {
			t.Errorf("port %s", port)
		}
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			t.Error(err)
			continue
		}
		l.Close()
	}
}
