package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"golang.org/x/sync/errgroup"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// monday is when the tests begin: the Monday of 2026-W48, before the winners of W47 are announced.
var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// A post is what stands in a channel.
type post struct {
	delivery string
	text     string
	at       time.Time
}

// A board is a platform that records what is posted and does what a test tells it to.
type board struct {
	mu    sync.Mutex
	now   func() time.Time
	posts map[string][]post // by channel
	tried map[string]int    // by channel: calls of Post
	found int               // calls of Find
	fail  func(channel string, attempt int) (lost bool, err error)

	made       chan struct{}  // has something after a post was made
	updated    map[string]int // by channel: calls of Update
	failDirect func(user string) error
	failUpdate func(channel string, call int) error
}

func (b *board) Post(_ context.Context, c clarion.Channel, delivery string, m *chat.Message) (string, error) {
	b.mu.Lock()
	b.tried[c.ID]++
	attempt, fail := b.tried[c.ID], b.fail
	b.mu.Unlock()
	if fail != nil {
		if lost, err := fail(c.ID, attempt); err != nil {
			if lost {
				b.put(c, delivery, m)
			}
			return "", err
		}
	}
	return b.put(c, delivery, m), nil
}

func (b *board) put(c clarion.Channel, delivery string, m *chat.Message) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case b.made <- struct{}{}:
	default:
	}
	b.posts[c.ID] = append(b.posts[c.ID], post{delivery, m.Summary, b.now()})
	return fmt.Sprintf("%s/%d", c.ID, len(b.posts[c.ID]))
}

func (b *board) Find(_ context.Context, c clarion.Channel, delivery string, since time.Time) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.found++
	for i, p := range b.posts[c.ID] {
		if p.delivery == delivery && !p.at.Before(since) {
			return fmt.Sprintf("%s/%d", c.ID, i+1), nil
		}
	}
	return "", nil
}

func (b *board) Update(_ context.Context, c clarion.Channel, id, delivery string, m *chat.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.updated[c.ID]++
	if b.failUpdate != nil {
		if err := b.failUpdate(c.ID, b.updated[c.ID]); err != nil {
			return err
		}
	}
	for i, p := range b.posts[c.ID] {
		if fmt.Sprintf("%s/%d", c.ID, i+1) == id && p.delivery == delivery {
			b.posts[c.ID][i].text = m.Summary
			return nil
		}
	}
	return &chat.RefusedError{Channel: c, Err: errors.New("message_not_found")}
}

func (b *board) Direct(_ context.Context, p chat.Person) (clarion.Channel, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failDirect != nil {
		if err := b.failDirect(p.ID); err != nil {
			return clarion.Channel{}, err
		}
	}
	return clarion.Channel{Platform: clarion.Slack, ID: "D" + p.ID}, nil
}

func (b *board) in(channel string) []post {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]post(nil), b.posts[channel]...)
}

func (b *board) all() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, posts := range b.posts {
		n += len(posts)
	}
	return n
}

// told is what the maker of the campaigns reads directly.
func (b *board) told() (texts []string) {
	for _, p := range b.in("DUHELEN") {
		texts = append(texts, p.text)
	}
	return texts
}

// A world is a workspace of stores with channels, and a platform to post to.
type world struct {
	*board
	t         *testing.T
	redis     *miniredis.Miniredis
	workspace *storage.Workspace
	location  *time.Location

	clock sync.Mutex
	at    time.Time
	ids   int
}

func newWorld(t *testing.T, stores int) *world {
	t.Helper()
	location, err := time.LoadLocation("Europe/London")
	must(t, err)
	w := &world{t: t, redis: miniredis.RunT(t), at: monday, location: location}
	w.board = &board{now: w.now, posts: map[string][]post{}, tried: map[string]int{}, updated: map[string]int{}, made: make(chan struct{}, 1)}
	w.workspace = w.open()
	var list []clarion.Store
	for i := range stores {
		list = append(list, clarion.Store{ID: storeID(i), Name: fmt.Sprintf("Store %d", i), Channels: []clarion.Channel{{Platform: clarion.Slack, ID: channel(i)}}})
	}
	must(t, w.workspace.PutStores(t.Context(), list))
	return w
}

func storeID(i int) clarion.StoreID { return clarion.StoreID(fmt.Sprintf("s%d", i)) }
func channel(i int) string          { return fmt.Sprintf("C%d", i) }

// open connects to storage as another process would.
func (w *world) open() *storage.Workspace {
	w.t.Helper()
	db, err := storage.Open(storage.Options{URL: "redis://" + w.redis.Addr(), Timeout: 5 * time.Second, Options: []storage.Option{storage.WithClock(w.now)}})
	must(w.t, err)
	w.t.Cleanup(func() { _ = db.Close() })
	return db.Workspace("acme")
}

func (w *world) now() time.Time {
	w.clock.Lock()
	defer w.clock.Unlock()
	return w.at
}

func (w *world) pass(d time.Duration) { w.moveTo(w.now().Add(d)) }

func (w *world) moveTo(at time.Time) {
	w.clock.Lock()
	defer w.clock.Unlock()
	w.at = at
}

// process is a scheduler of its own, with its own connection.
func (w *world) process() *Scheduler {
	w.t.Helper()
	s := New(Config{
		Workspace: w.open(), Posters: map[clarion.Platform]Poster{clarion.Slack: w.board},
		Write: func(_ context.Context, _ *storage.Workspace, d clarion.Delivery, _ time.Time) (*chat.Message, error) {
			return chat.Simple(chat.Say(string(d.Kind) + " " + string(d.Campaign) + d.Week + d.Subject)), nil
		},
		Location: w.location, Now: w.now, Logger: slog.New(slog.DiscardHandler), Every: time.Second, LiveEvery: time.Hour,
	})
	s.carry = s.here
	return s
}

// here does tasks in this process and waits for them, without a queue.
func (s *Scheduler) here(ctx context.Context, tasks ...task) error {
	var g errgroup.Group
	g.SetLimit(workers)
	errs := make([]error, len(tasks))
	for i, t := range tasks {
		if t.after > 0 {
			continue // the sweep finds it when its time has come
		}
		g.Go(func() error {
			if errs[i] = s.attempt(ctx, t.ID); errors.Is(errs[i], errRefused) {
				errs[i] = nil
			}
			return nil
		})
	}
	_ = g.Wait()
	return errors.Join(errs...)
}

// Tick does once, one after the other, what all rounds do.
func (s *Scheduler) Tick(ctx context.Context) error {
	var errs []error
	for _, r := range s.rounds() {
		errs = append(errs, r.run(ctx, s.cfg.Now()))
	}
	return errors.Join(errs...)
}

// plan plans a campaign for every store, due at a time and shareable for a week.
func (w *world) plan(id string, at time.Time) {
	w.t.Helper()
	stores, err := w.workspace.Stores(w.t.Context())
	must(w.t, err)
	c := clarion.Campaign{ID: clarion.CampaignID(id), Title: "Campaign " + id, Ends: at.AddDate(0, 0, 7), CreatedBy: clarion.UserIdentity(clarion.Slack, "UHELEN"), CreatedAt: at}
	d := clarion.Drop{ID: id, Campaign: c.ID, At: at}
	for _, s := range stores {
		d.Stores = append(d.Stores, s.ID)
	}
	created, err := w.workspace.Plan(w.t.Context(), c, d, d.Deliveries(stores))
	must(w.t, err)
	if !created {
		w.t.Fatalf("campaign %s was planned before", id)
	}
}

// earn gives a store's partner points at a time.
func (w *world) earn(i int, at time.Time) {
	w.t.Helper()
	p := clarion.PartnerID(fmt.Sprintf("p%d", i))
	_, err := w.workspace.Enrol(w.t.Context(), clarion.Member{Partner: clarion.Partner{ID: p, Name: string(p), Store: storeID(i)}, Identities: []clarion.Identity{clarion.UserIdentity(clarion.Slack, string(p))}})
	must(w.t, err)
	link := clarion.NewShareLink([]byte("secret"), "acme", clarion.CampaignID("at"+at.Format(time.RFC3339)), p, clarion.Copy)
	_, err = w.workspace.Award(w.t.Context(), clarion.DefaultRules().Share(link, at, w.location))
	must(w.t, err)
}

func (w *world) delivery(id string) clarion.Delivery {
	w.t.Helper()
	d, err := w.workspace.Delivery(w.t.Context(), id)
	must(w.t, err)
	return d
}

func drop(id string, store int) string {
	return clarion.DropDeliveryID(id, storeID(store), clarion.Slack)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var errLost = errors.New("the answer was lost")
