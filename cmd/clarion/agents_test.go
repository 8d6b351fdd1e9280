package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"
)

const (
	agentOfChrome  = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
	agentInsideApp = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21F90 " +
		"Instagram 336.0.8.30.90 (iPhone14,5; iOS 17_5_1; en_GB; en; scale=3.00; 1170x2532; 610567890; IABMV/1)"
)

// judged runs clarion agents on the text.
func judged(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), []string{"agents"}, env(), strings.NewReader(text), &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAgentsSaysOfEachLineWhoseItIsAndWhy(t *testing.T) {
	tests := []struct{ name, in, out string }{
		{"nothing", "", ""},
		{"a browser", agentOfChrome + "\n", "browser\t\n"},
		{"an app's own browser", agentInsideApp + "\n", "browser\t\n"},
		{"a crawler", "Googlebot/2.1 (+http://www.google.com/bot.html)\n", "crawler\tGooglebot/\n"},
		{"a preview", "Twitterbot/1.0\n", "crawler\tpreview: Twitterbot\n"},
		{"a program that says nothing of itself", "Mozilla/5.0\n", "crawler\tnames no system that browsers run on\n"},
		{"an empty line", "\n", "crawler\tno user agent\n"},
		{"lines of Windows", agentOfChrome + "\r\n\r\nTwitterbot/1.0\r\n", "browser\t\ncrawler\tno user agent\ncrawler\tpreview: Twitterbot\n"},
		{"no end of the last line", "\n" + agentOfChrome, "crawler\tno user agent\nbrowser\t\n"},
		{"bytes that are no text", "\xff\xfe\x00\n" + agentOfChrome + " \xff\n", "crawler\tdoes not begin as browsers do\nbrowser\t\n"},
		{"a line too long", agentOfChrome + strings.Repeat(" x", longestLine) + "\n" + agentOfChrome + "\n", "crawler\tlonger than any browser's\nbrowser\t\n"},
		{"a line as long as what is kept", strings.Repeat("x", longestLine) + "\n\n", "crawler\tlonger than any browser's\ncrawler\tno user agent\n"},
	}
	for _, test := range tests {
		if out := judged(t, test.in); out != test.out {
			t.Errorf("%s: %q, want %q", test.name, out, test.out)
		}
	}
}

func TestAgentsAnswersEachLineOfMany(t *testing.T) {
	const n = 20_000
	out := judged(t, strings.Repeat(agentOfChrome+"\nTwitterbot/1.0\n", n))
	if want := strings.Repeat("browser\t\ncrawler\tpreview: Twitterbot\n", n); out != want {
		t.Errorf("%d bytes, want %d", len(out), len(want))
	}
}

func TestAgentsAnswersWhoTypesBeforeTheNextLine(t *testing.T) {
	in, typed := io.Pipe()
	read, out := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run(t.Context(), []string{"agents"}, env(), in, out, io.Discard) }()
	answer := make([]byte, 100)
	for range 2 {
		if _, err := io.WriteString(typed, "\n"); err != nil {
			t.Fatal(err)
		}
		if n, err := read.Read(answer); err != nil || string(answer[:n]) != "crawler\tno user agent\n" {
			t.Fatalf("%q, %v", answer[:n], err)
		}
	}
	typed.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAgentsEndsWhileItWaitsForALine(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, typed := io.Pipe()
	defer typed.Close()
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"agents"}, env(), in, io.Discard, io.Discard) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
}

// broken is an output or an input that fails.
type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }
func (b broken) Read([]byte) (int, error)  { return 0, b.err }

func TestAgentsIsDoneWhenNobodyReadsOnAndFailsWhenItCannotReadOrWrite(t *testing.T) {
	many := func() io.Reader { return strings.NewReader(strings.Repeat("\n", 1<<20)) }
	disk := errors.New("the disk is full")
	tests := []struct {
		name string
		in   io.Reader
		out  io.Writer
		want error
	}{
		{"a closed pipe", many(), broken{syscall.EPIPE}, nil},
		{"a closed pipe of Go's", many(), broken{io.ErrClosedPipe}, nil},
		{"a full disk", many(), broken{disk}, disk},
		{"no input", broken{disk}, io.Discard, disk},
	}
	for _, test := range tests {
		if err := run(t.Context(), []string{"agents"}, env(), test.in, test.out, io.Discard); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

func TestAgentsNeedsNoSettingsAndTakesNoArguments(t *testing.T) {
	none := func(string) string { return "" }
	if err := run(t.Context(), []string{"agents"}, none, strings.NewReader("\n"), io.Discard, io.Discard); err != nil {
		t.Error(err)
	}
	if err := run(t.Context(), []string{"agents", "agents.txt"}, none, nil, io.Discard, io.Discard); exitCode(err) != 2 {
		t.Errorf("exit code %d, want 2", exitCode(err))
	}
}
