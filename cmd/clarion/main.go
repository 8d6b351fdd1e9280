// Command clarion is the whole of Clarion: the bot, its demo, and the tools around it.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // time zones, for an image that has no files but this program

	"github.com/clarion-bot/clarion/storage"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "clarion:", err)
	}
	os.Exit(exitCode(err))
}

// A Call is what a subcommand works with: nothing else of the world outside is looked at.
type Call struct {
	Args []string            // what stands after the subcommand's name
	Env  func(string) string // looks an environment variable up; "" when it is not set
	In   io.Reader
	Out  io.Writer // what was asked for
	Err  io.Writer // what goes wrong on the way, and logs
}

// A Subcommand is one thing that the program can do.
type Subcommand struct {
	Name    string
	Usage   string // what may follow the name
	Summary string // one line for the usage
	Run     func(ctx context.Context, c Call) error
}

// subcommands returns the table of everything that the program can do, in the order of the usage.
func subcommands() []Subcommand {
	return []Subcommand{
		{"serve", "[-ahead 168h]", "Run the bot; with -ahead, for a rehearsal, as if it were so much later", runServe},
		{"demo", "", "Run the bot in a Slack that runs here, to try it", runDemo},
		{"check", "", "Say what is configured and whether Redis and Slack answer", runCheck},
		{"import", "[-n] stores|partners|conversions FILE", "Read stores, partners or conversions from a CSV file", runImport},
		{"revoke", "EMAIL", "Take back the share pages of a partner who has left", runRevoke},
		{"jobs", "[-all] | retry [all|GROUP|DELIVERY…]", "List posts that wait, run or failed, and try failed ones again", runJobs},
		{"verify", "", "Recompute every leaderboard from the ledger and report differences", runVerify},
		{"agents", "", "Say of each user agent on standard input whether it is a browser or a crawler", runAgents},
		{"manifest", "slack|teams --url https://… [-o clarion.zip]", "Make what creates the app: a manifest for Slack, a package for Teams", runManifest},
		{"healthcheck", "", "Say whether the bot on this machine is ready", runHealthcheck},
		{"version", "", "Print the version", runVersion},
		{"help", "", "Print this", runHelp},
	}
}

// run does what the arguments say. It ends early, and in order, when ctx is done.
func run(ctx context.Context, args []string, env func(string) string, in io.Reader, out, errOut io.Writer) error {
	storage.LogTo(slog.New(slog.DiscardHandler)) // what goes wrong comes back as an error; serve sets a log
	name := "help"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	if name == "-h" || name == "-help" || name == "--help" {
		name = "help"
	}
	for _, s := range subcommands() {
		if s.Name != name {
			continue
		}
		err := s.Run(ctx, Call{Args: args, Env: env, In: in, Out: out, Err: errOut})
		if errors.Is(err, flag.ErrHelp) {
			return printUsage(out, s)
		}
		return err
	}
	return misused("there is no subcommand %q; “clarion help” lists them", name)
}

// A usageError says that the command line makes no sense.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

func misused(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// exitCode is 0 for no error, 2 for a command line that makes no sense, and 1 for everything else.
func exitCode(err error) int {
	var misuse usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &misuse):
		return 2
	}
	return 1
}

// version is set by the linker when a release is built: -ldflags "-X main.version=1.2.3".
var version string

// programVersion is the release, or what the Go toolchain knows of the commit.
func programVersion() string { return cmp.Or(version, buildVersion(), "unknown") }
