package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/slack-go/slack"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/bot"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/internal/measure"
	"github.com/clarion-bot/clarion/links"
)

// presses measures a press against a bare handler.
type presses struct {
	*bench
	template *template
	bot      *bot.Slack
	api      *slackAnswers
	closers  []func()

	bareAddress, botAddress string
	serial                  int // presses that have been prepared
	rounds                  []pressedRound
}

// A pressedRound is which partners pressed in a campaign of their own and were answered 200.
type pressedRound struct {
	campaign clarion.CampaignID
	answered []int
}

func (b *bench) newPresses(ctx context.Context) (*presses, error) {
	rules, err := b.workspace.PutRules(ctx, clarion.DefaultRules())
	if err != nil {
		return nil, err
	}
	table := commands.NewTable(commands.Config{
		Addresses: addresses("https://clarion.example.com"), Rules: rules, Location: time.UTC, NewID: func() string { return "" },
	})
	p := &presses{bench: b}
	if p.template, err = b.record(ctx, table); err != nil {
		return nil, err
	}
	// Whoever has a personal form to press in has pressed Share it, and so the process knows who they are.
	for i := range partners {
		if _, err := b.workspace.PartnerIDOf(ctx, clarion.UserIdentity(clarion.Slack, userID(i))); err != nil {
			return nil, err
		}
	}
	p.api = &slackAnswers{view: slices.Concat([]byte(`{"ok":true,"view":`), p.template.view, []byte(`}`))}
	p.bot = bot.NewSlack(bot.SlackConfig{
		Table: table, Workspace: b.workspace, Token: botToken, SigningSecret: signingSecret,
		Now: time.Now, NewReference: func() string { return "bench" },
		Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)), Registerer: prometheus.NewRegistry(),
		HTTPClient: &http.Client{Timeout: 10 * time.Second, Transport: p.api},
	})
	mux := http.NewServeMux()
	p.bot.Register(mux)
	if err := p.serve(&p.botAddress, mux); err != nil {
		return nil, err
	}
	if err := p.serve(&p.bareAddress, http.HandlerFunc(bare)); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *presses) serve(address *string, h http.Handler) error {
	at, closing, err := measure.Serve(h)
	if err != nil {
		return err
	}
	*address = at
	p.closers = append(p.closers, closing)
	return nil
}

func (p *presses) close() {
	for _, closing := range p.closers {
		closing()
	}
}

// bare is what the press is measured against: it reads the body, verifies the signature and answers 200.
func bare(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	v, err := slack.NewSecretsVerifier(r.Header, signingSecret)
	if err == nil {
		_, err = v.Write(body)
	}
	if err == nil {
		err = v.Ensure()
	}
	if err != nil {
		w.WriteHeader(http.StatusUnauthorized)
	}
}

type roundResult struct{ bare, press *load }

// round lets every partner press once in a campaign that is new to all of them, at the bot, and before and
// after it at the bare handler, whose rate is that of both: what else the machine does changes by the second.
func (p *presses) round(ctx context.Context, n int) (roundResult, error) {
	id := clarion.CampaignID(fmt.Sprintf("01990000-0000-7000-b000-%012d", n))
	if err := p.workspace.PutCampaign(ctx, campaign(id, time.Now())); err != nil {
		return roundResult{}, err
	}
	pool := p.prepare(id)
	var result roundResult
	var err error
	if result.bare, err = pool.fire(ctx, p.bareAddress, p.seconds, nil); err != nil {
		return roundResult{}, fmt.Errorf("the bare handler: %w", err)
	}
	drawn := p.api.drawn.Load()
	err = p.profiled(n, func() error {
		// The clock stops when what follows the answers is done too.
		result.press, err = pool.fire(ctx, p.botAddress, p.seconds, func() error { return p.bot.Close(ctx) })
		return err
	})
	if err != nil {
		return roundResult{}, fmt.Errorf("the bot: %w", err)
	}
	if drawn = p.api.drawn.Load() - drawn; drawn != int64(len(result.press.answered)) {
		return roundResult{}, fmt.Errorf("%d presses were answered and %d views drawn", len(result.press.answered), drawn)
	}
	p.rounds = append(p.rounds, pressedRound{id, result.press.answered})
	after, err := pool.fire(ctx, p.bareAddress, p.seconds, nil)
	if err != nil {
		return roundResult{}, fmt.Errorf("the bare handler: %w", err)
	}
	result.bare.add(after)
	return result, nil
}

func (p *presses) answered() int {
	n := 0
	for _, r := range p.rounds {
		n += len(r.answered)
	}
	return n
}

// countedExactly says whether each answered press stands in its partner's ledger once and no other does, and
// everything agrees with the ledger.
func (p *presses) countedExactly(ctx context.Context) (bool, error) {
	want := map[clarion.PartnerID]map[clarion.CampaignID]int{}
	for _, r := range p.rounds {
		for _, i := range r.answered {
			if want[partnerID(i)] == nil {
				want[partnerID(i)] = map[clarion.CampaignID]int{}
			}
			want[partnerID(i)][r.campaign]++
		}
	}
	for i := range partners {
		ledger, err := p.workspace.Ledger(ctx, partnerID(i), 1000)
		if err != nil {
			return false, err
		}
		for _, r := range p.rounds {
			rows := 0
			for _, a := range ledger {
				if a.Campaign == r.campaign {
					rows++
				}
			}
			if rows != want[partnerID(i)][r.campaign] {
				p.say("partner %d has %d awards for %d answered presses in campaign %s", i, rows, want[partnerID(i)][r.campaign], r.campaign)
				return false, nil
			}
		}
	}
	report, err := p.workspace.Verify(ctx)
	if err != nil {
		return false, err
	}
	for _, d := range report.Differences {
		p.say("%v", d)
	}
	return len(report.Differences) == 0, nil
}

// addresses makes public addresses as the service does.
type addresses string

var _ commands.Addresses = addresses("")

func (a addresses) Link(code clarion.Code) string   { return links.URL(string(a), code) }
func (a addresses) Page(token clarion.Token) string { return links.PageURL(string(a), token) }
func (a addresses) Network(token clarion.Token, n clarion.Network, caption int) string {
	return links.CaptionURL(string(a), token, n, caption)
}
