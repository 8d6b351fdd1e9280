// Command chaos shows that every drop arrives in each channel exactly once, and that every week's winners are announced
// once, whatever breaks. It runs the real binary over real Redis servers, one or a cluster of three, whose append-only
// file is on the disk before they answer; and in the playground's Slack, which is in a process of its own, and its Teams.
// Both keep their rate limits, and by chance, under a seed, they answer slowly, with 429 or 500 (Teams also with 412, 502 and
// 504), cut connections before the work and after it, or never answer although the message stands.
//
// Half of 52 stores talk in Slack, and half in Teams, whose channels Clarion knows because it is added to their teams. They
// get five campaigns at staggered times over four weeks; a week passes when processes are started with a greater
// -ahead. Two processes of Clarion are killed with SIGKILL at random moments and started again, Redis is killed and started
// again three times, and once ten processes start in the same second, just before a drop and an announcement are due.
// Meanwhile customers follow links and partners share. At the end Slack's weather is good and two processes run until
// nothing waits.
//
// Then every channel in Slack must have each campaign's post once, by the delivery's id in the metadata and by its text, and
// each week's announcement once; storage must know each post by its id. In Teams each must stand there too, as the post that
// storage knows. Another copy may stand beside it only where something that happened to that copy itself kept it from being
// recorded: its answer was never sent, or to nobody; its process was killed, or Redis was down, within two seconds. Nobody can
// look for such a copy in Teams, and so nobody can change it: it stays as it was, until somebody presses in it. In the end somebody
// presses in every post in Teams: then the copies must be gone, and the posts that storage knows must stand. Every post that storage knows of the first
// campaign, which is over before the run is, must say so, in Teams with its last figures. Every visit that was surely answered
// must be counted, and none twice; no process may have ended by itself or in a panic; and “clarion verify” must find no
// difference. The run must have been a hard one: kills that hit calls of Slack, every restart of Redis, and failures of each
// common kind in both.
//
// Its last line, here in two, is
//
//	chaos: posts=130 missing=0 doubled=0 announcements_doubled=0 teams_posts=130 teams_missing=0 teams_doubled=N teams_unheard=M
//	teams_left=0 ledger_differences=0 kills=… redis_restarts=…
//
// where N, the copies that storage does not know, is M at most, the posts whose answer was lost in those ways. Its exit status
// is 1 when anything is wrong, which stands above that line. The logs are kept then.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/rehearsal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // who asks a second time need not wait for the audit
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}

// runLimit bounds a run, whatever hangs.
const runLimit = 10 * time.Minute

// options are what a run can be asked for.
type options struct {
	cluster           bool
	seed              uint64
	stores, campaigns int
	kills             int // of each of the two processes, at least
}

// company returns the stores: half of them talk in Slack, and half in Teams.
func (o options) company() []clarion.Store { return rehearsal.OnBoth(rehearsal.Stores(o.stores)) }

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 && args[0] == rehearsal.SlackCommand {
		return rehearsal.ServeSlack(ctx, args[1:])
	}
	var o options
	flags := flag.NewFlagSet("chaos", flag.ContinueOnError)
	flags.BoolVar(&o.cluster, "cluster", false, "over a Redis Cluster of three nodes")
	flags.Uint64Var(&o.seed, "seed", rand.Uint64N(1_000_000), "what decides by chance")
	flags.IntVar(&o.stores, "stores", 52, "stores, each with a channel")
	flags.IntVar(&o.campaigns, "campaigns", 5, "campaigns, each for all stores")
	flags.IntVar(&o.kills, "kills", 20, "how often each of the two processes is killed, at least")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || o.stores < 1 || o.campaigns < 1 {
		return errors.New("there must be a store and a campaign, and nothing after the flags")
	}
	ctx, cancel := context.WithTimeoutCause(ctx, runLimit, fmt.Errorf("it took longer than %v", runLimit))
	defer cancel()
	return show(ctx, o, out)
}
