package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/redistest"
)

// calls are all of Storage's and Workspace's that ask Redis.
func calls(s *Storage, w *Workspace) map[string]func(context.Context) error {
	channel := clarion.Channel{Platform: clarion.Slack, ID: "C1"}
	campaign := clarion.Campaign{ID: "new", CreatedAt: noon}
	all := map[string]func(context.Context) error{
		"Ping":          s.Ping,
		"Link":          func(ctx context.Context) error { _, err := s.Link(ctx, "code"); return err },
		"SharePage":     func(ctx context.Context) error { _, err := s.SharePage(ctx, "token"); return err },
		"Secret":        func(ctx context.Context) error { _, err := w.Secret(ctx); return err },
		"VisitorKey":    func(ctx context.Context) error { _, err := w.VisitorKey(ctx, "day"); return err },
		"PutRules":      func(ctx context.Context) error { _, err := w.PutRules(ctx, clarion.DefaultRules()); return err },
		"Stores":        func(ctx context.Context) error { _, err := w.Stores(ctx); return err },
		"Store":         func(ctx context.Context) error { _, err := w.Store(ctx, kingston); return err },
		"StoreIn":       func(ctx context.Context) error { _, err := w.StoreIn(ctx, channel); return err },
		"PutStores":     func(ctx context.Context) error { return w.PutStores(ctx, []clarion.Store{{ID: leeds}}) },
		"LinkStore":     func(ctx context.Context) error { _, err := w.LinkStore(ctx, kingston, channel); return err },
		"UnlinkChannel": func(ctx context.Context) error { return w.UnlinkChannel(ctx, channel) },
		"Partner":       func(ctx context.Context) error { _, err := w.Partner(ctx, "p"); return err },
		"PartnerOf":     func(ctx context.Context) error { _, err := w.PartnerOf(ctx, "slack:U"); return err },
		"PartnerIDOf":   func(ctx context.Context) error { _, err := w.PartnerIDOf(ctx, "slack:U"); return err },
		"Enrol":         func(ctx context.Context) error { _, err := w.Enrol(ctx, member("p", kingston)); return err },
		"Move":          func(ctx context.Context) error { return w.Move(ctx, "p", "") },
		"Import": func(ctx context.Context) error {
			_, _, err := w.Import(ctx, []clarion.Member{member("p", kingston)}, nil)
			return err
		},
		"PutCampaign": func(ctx context.Context) error { return w.PutCampaign(ctx, campaign) },
		"Campaign":    func(ctx context.Context) error { _, err := w.Campaign(ctx, "none"); return err },
		"Campaigns":   func(ctx context.Context) error { _, err := w.Campaigns(ctx, 5); return err },
		"CampaignsThat": func(ctx context.Context) error {
			_, err := w.CampaignsThat(ctx, 5, func(clarion.Campaign) bool { return true })
			return err
		},
		"PutDraft": func(ctx context.Context) error { return w.PutDraft(ctx, "d", 1, time.Hour) },
		"Draft":    func(ctx context.Context) error { var n int; return w.Draft(ctx, "d", &n) },
		"Plan": func(ctx context.Context) error {
			_, err := w.Plan(ctx, campaign, clarion.Drop{ID: "d"}, []clarion.Delivery{delivery("x", noon)})
			return err
		},
		"Drops":        func(ctx context.Context) error { _, err := w.Drops(ctx, xmas); return err },
		"Share":        func(ctx context.Context) error { _, _, err := w.Share(ctx, xmas, "p", clarion.Networks()); return err },
		"SharePageOf":  func(ctx context.Context) error { _, err := w.SharePageOf(ctx, xmas, "p"); return err },
		"OfficialLink": func(ctx context.Context) error { _, err := w.OfficialLink(ctx, xmas); return err },
		"RevokePage":   func(ctx context.Context) error { return w.RevokePage(ctx, xmas, "p") },
		"MarkOwn":      func(ctx context.Context) error { return w.MarkOwn(ctx, "p", "day", clarion.VisitorID{1}) },
		"Tally":        func(ctx context.Context) error { _, err := w.Tally(ctx, xmas, "p"); return err },
		"Totals":       func(ctx context.Context) error { _, err := w.Totals(ctx, xmas); return err },
		"Results":      func(ctx context.Context) error { _, err := w.Results(ctx, week47); return err },
		"Bursts":       func(ctx context.Context) error { _, err := w.Bursts(ctx); return err },
		"Burst":        func(ctx context.Context) error { _, err := w.Burst(ctx, "c:p:x"); return err },
		"ReleaseBurst": func(ctx context.Context) error { _, err := w.ReleaseBurst(ctx, "c:p:x", noon); return err },
		"RefuseBurst":  func(ctx context.Context) error { _, err := w.RefuseBurst(ctx, "c:p:x", noon); return err },
		"Award":        func(ctx context.Context) error { _, err := w.Award(ctx, share("x", "p", 5)); return err },
		"Ledger":       func(ctx context.Context) error { _, err := w.Ledger(ctx, "p", 5); return err },
		"Leaderboard":  func(ctx context.Context) error { _, err := w.Leaderboard(ctx, Query{Limit: 5}); return err },
		"Verify":       func(ctx context.Context) error { _, err := w.Verify(ctx); return err },
		"Enqueue":      func(ctx context.Context) error { _, err := w.Enqueue(ctx, delivery("x", noon)); return err },
		"Due":          func(ctx context.Context) error { _, err := w.Due(ctx, noon, 5); return err },
		"Claim":        func(ctx context.Context) error { _, _, err := w.Claim(ctx, "x", noon, noon); return err },
		"Record":       func(ctx context.Context) error { return w.Record(ctx, "x", Posted{PostID: "1", At: noon}) },
		"Postpone":     func(ctx context.Context) error { return w.Postpone(ctx, clarion.Delivery{ID: "x"}, noon, "") },
		"Fail": func(ctx context.Context) error {
			return w.Fail(ctx, clarion.Delivery{ID: "x"}, noon, "", clarion.Delivery{})
		},
		"Withdraw": func(ctx context.Context) error { return w.Withdraw(ctx, clarion.Delivery{ID: "x"}, "") },
		"Retry":    func(ctx context.Context) error { _, err := w.Retry(ctx, noon, "x"); return err },
		"Reserve": func(ctx context.Context) error {
			_, err := w.Reserve(ctx, "post", clarion.Channel{}, Pace{60, 1}, Pace{60, 1}, time.Second)
			return err
		},
		"Hold": func(ctx context.Context) error {
			return w.Hold(ctx, "post", clarion.Channel{}, Pace{60, 1}, time.Second)
		},
		"PutContact": func(ctx context.Context) error {
			return w.PutContact(ctx, clarion.Channel{Platform: clarion.Teams, ID: "19:x"}, Contact{})
		},
		"Contact": func(ctx context.Context) error {
			_, err := w.Contact(ctx, clarion.Channel{Platform: clarion.Teams, ID: "19:x"})
			return err
		},
		"ForgetTeam":  func(ctx context.Context) error { _, err := w.ForgetTeam(ctx, "t"); return err },
		"PutName":     func(ctx context.Context) error { return w.PutName(ctx, "slack:U1", "A") },
		"Name":        func(ctx context.Context) error { _, err := w.Name(ctx, "slack:U1"); return err },
		"Looks":       func(ctx context.Context) error { _, err := w.Looks(ctx, noon, 5); return err },
		"TakeLook":    func(ctx context.Context) error { _, err := w.TakeLook(ctx, Look{turn: "0"}, noon); return err },
		"PutOffLooks": func(ctx context.Context) error { return w.PutOffLooks(ctx, noon, Look{turn: "0"}) },
		"Looked":      func(ctx context.Context) error { return w.Looked(ctx, "x", noon, noon, "") },
		"Revise":      func(ctx context.Context) error { return w.Revise(ctx, Revision{Campaign: clarion.Campaign{ID: xmas}}) },
		"Titles":      func(ctx context.Context) error { _, _, err := w.Titles(ctx); return err },
		"Delivery":    func(ctx context.Context) error { _, err := w.Delivery(ctx, "x"); return err },
		"Deliveries":  func(ctx context.Context) error { _, err := w.Deliveries(ctx, clarion.GroupOf(xmas)); return err },
		"EnqueueRun":  func(ctx context.Context) error { _, err := w.EnqueueRun(ctx, "j", "p"); return err },
		"HasRun":      func(ctx context.Context) error { _, err := w.HasRun(ctx, "j", "p"); return err },
	}
	maps.Copy(all, conversionCalls(w))
	maps.Copy(all, topicCalls(w))
	return all
}

// callAll makes every call at the same time and says what each returned.
func callAll(ctx context.Context, s *Storage, returned func(name string, err error)) {
	var wg sync.WaitGroup
	for name, call := range calls(s, s.Workspace("T1")) {
		wg.Go(func() { returned(name, call(ctx)) })
	}
	wg.Wait()
}

func TestARedisThatCannotServeIsUnavailableAndNothingIsHalfDone(t *testing.T) {
	for _, says := range []string{
		"LOADING Redis is loading the dataset in memory", "READONLY You can't write against a read only replica.",
		"CLUSTERDOWN The cluster is down", "OOM command not allowed when used memory > 'maxmemory'.",
		"MISCONF Redis is configured to save RDB snapshots", "ERR max number of clients reached", "NOAUTH Authentication required.",
	} {
		t.Run(strings.Fields(says)[0], func(t *testing.T) {
			server := miniredis.RunT(t)
			s := openBackend(t, "redis://"+server.Addr()).open()
			must(t, s.Ping(t.Context())) // the connection is there
			server.SetError(says)
			callAll(t.Context(), s, func(name string, err error) {
				if !errors.Is(err, clarion.ErrUnavailable) {
					t.Errorf("%s: %v, want %v", name, err, clarion.ErrUnavailable)
				}
			})
			server.SetError("")
			if keys := server.Keys(); len(keys) != 0 {
				t.Errorf("it left %v", keys)
			}
			callAll(t.Context(), s, func(name string, err error) {
				if errors.Is(err, clarion.ErrUnavailable) {
					t.Errorf("%s after it is back: %v", name, err)
				}
			})
		})
	}
}

func TestARedisThatIsAwayOrSilentIsUnavailableInTime(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	must(t, err)
	silent := l.Addr().String()
	defer func() { _ = l.Close() }()
	away, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	closed := away.Addr().String()
	must(t, away.Close())
	for name, address := range map[string]string{"silent": silent, "away": closed} {
		s, err := Open(Options{URL: "redis://:hunter2@" + address, Timeout: 20 * time.Millisecond})
		must(t, err)
		defer func() { _ = s.Close() }()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		callAll(ctx, s, func(call string, err error) {
			if !errors.Is(err, clarion.ErrUnavailable) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s when Redis is %s: %v, want %v without the password", call, name, err, clarion.ErrUnavailable)
			}
		})
	}
}

func TestACallersOwnEndIsNotAnOutage(t *testing.T) {
	s := miniBackend(t).open()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range calls(s, s.Workspace("T1")) {
		if err := call(ctx); !errors.Is(err, context.Canceled) || errors.Is(err, clarion.ErrUnavailable) {
			t.Errorf("%s: %v, want %v", name, err, context.Canceled)
		}
	}
}

func TestAMistakeIsNotAnOutage(t *testing.T) {
	e := newEnv(t, miniBackend(t), "1")
	must(t, e.rdb.Set(e.ctx, e.w.key(storesKey), "no hash", 0).Err())
	if _, err := e.w.Stores(e.ctx); err == nil || errors.Is(err, clarion.ErrUnavailable) || errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("a key of the wrong type: %v", err)
	}
}

func TestWhatTheProcessKnowsOutlivesRedis(t *testing.T) {
	server := miniredis.RunT(t)
	e := newEnv(t, openBackend(t, "redis://"+server.Addr()), "1")
	must(t, e.w.PutCampaign(e.ctx, clarion.Campaign{ID: xmas, Target: "https://example.com"}))
	_, links, err := e.w.Share(e.ctx, xmas, "p1", []clarion.Network{clarion.X})
	must(t, err)
	_, err = e.w.Campaign(e.ctx, xmas)
	must(t, err)
	server.SetError("LOADING")
	e.now = e.now.Add(time.Hour)
	if _, err := e.s.Link(e.ctx, links[0].Code); err != nil {
		t.Errorf("a link that the process knows: %v", err)
	}
	if c, err := e.w.Campaign(e.ctx, xmas); err != nil || c.Target != "https://example.com" {
		t.Errorf("a campaign that the process knows: %+v, %v", c, err)
	}
}

func TestAKilledRedisLosesNothingAndRetriesDoNotDouble(t *testing.T) {
	server := redistest.Start(t)
	s, err := Open(Options{URL: "redis://" + server.Addr, Timeout: time.Second})
	must(t, err)
	defer func() { _ = s.Close() }()
	w := s.Workspace("T1")
	const goroutines, each, kills, ahead = 16, 150, 3, 20
	for g := range goroutines {
		_, err := w.Enrol(t.Context(), member(fmt.Sprint("U", g), kingston))
		must(t, err)
	}
	var wg sync.WaitGroup
	progress := make(chan struct{}, goroutines*each)
	outages := make(chan struct{}, 1)
	var killed [kills]chan struct{}
	for i := range killed {
		killed[i] = make(chan struct{})
	}
	for g := range goroutines {
		wg.Go(func() {
			for i := range each {
				if kill := (i-ahead)*(kills+1)/each - 1; i >= ahead && kill >= 0 {
					<-killed[kill] // nobody is done before it, and so somebody sees it
				}
				a := share(fmt.Sprintf("share:%d:%d", g, i), clarion.PartnerID(fmt.Sprint("U", g)), 5)
				for {
					_, err := w.Award(t.Context(), a)
					if err == nil {
						break
					}
					if !errors.Is(err, clarion.ErrUnavailable) {
						t.Errorf("while it is down: %v", err)
						return
					}
					select {
					case outages <- struct{}{}:
					default:
					}
				}
				progress <- struct{}{}
			}
		})
	}
	for i := range kills {
		for range goroutines * each / (kills + 1) {
			<-progress
		}
		server.Kill()
		close(killed[i])
		select { // a caller has seen it before it comes back
		case <-outages:
		default:
		}
		<-outages
		server.Restart()
	}
	wg.Wait()
	report, err := w.Verify(t.Context())
	must(t, err)
	if report.Awards != goroutines*each || len(report.Differences) != 0 {
		t.Errorf("%d awards, want %d, with differences %v", report.Awards, goroutines*each, report.Differences)
	}
	board, err := w.Leaderboard(t.Context(), Query{Limit: 1})
	must(t, err)
	if board.Standings[0].Points != goroutines*each*5 {
		t.Errorf("%d points, want %d", board.Standings[0].Points, goroutines*each*5)
	}
}
