package links

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/redistest"
	"github.com/clarion-bot/clarion/storage"
)

// serveVariable makes the test program a process that serves links from the Redis that it names, until it is
// killed.
const serveVariable = "CLARION_TEST_SERVE_LINKS"

func TestMain(m *testing.M) {
	if url := os.Getenv(serveVariable); url != "" {
		if err := serveLinks(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func serveLinks(url string) error {
	s, err := storage.Open(storage.Options{URL: url})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	web, err := New(launchConfig(s))
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	web.Register(mux)
	fmt.Println(l.Addr())
	return (&http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}).Serve(l)
}

func launchConfig(s *storage.Storage) Config {
	return Config{
		Storage: s, Rules: launchRules, Now: time.Now, NewToken: rand.Uint64, Location: time.UTC, BaseURL: base,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("192.0.2.0/24")},
		Logger:         slog.New(slog.DiscardHandler),
	}
}

const launchCap = 40

func launchRules() clarion.Rules {
	rules := clarion.DefaultRules()
	rules.For[clarion.ClickReason] = clarion.Rule{Points: 1, Cap: launchCap}
	return rules
}

// A launch is a campaign with a link for each of many partners, in a Redis of its own.
type launch struct {
	testing.TB
	redis     *redistest.Server
	storage   *storage.Storage
	workspace *storage.Workspace
	codes     []clarion.Code
	partners  []clarion.PartnerID
}

func newLaunch(t testing.TB, partners int) *launch {
	t.Helper()
	l := &launch{TB: t, redis: redistest.Start(t)}
	s, err := storage.Open(storage.Options{URL: "redis://" + l.redis.Addr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	l.storage, l.workspace = s, s.Workspace("acme")
	c := campaign()
	c.Ends = time.Now().Add(24 * time.Hour)
	if err := l.workspace.PutCampaign(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for i := range partners {
		p, err := l.workspace.Enrol(t.Context(), clarion.Member{
			Partner: clarion.Partner{ID: clarion.PartnerID(fmt.Sprint("p", i)), Store: "kingston"}, Identities: []clarion.Identity{clarion.Identity(fmt.Sprint("slack:U", i))},
		})
		if err != nil {
			t.Fatal(err)
		}
		_, links, err := l.workspace.Share(t.Context(), c.ID, p.ID, []clarion.Network{clarion.Facebook})
		if err != nil {
			t.Fatal(err)
		}
		l.codes, l.partners = append(l.codes, links[0].Code), append(l.partners, p.ID)
	}
	return l
}

func (l *launch) visits(i int) clarion.Visits {
	l.Helper()
	tally, err := l.workspace.Tally(context.Background(), campaign().ID, l.partners[i])
	if err != nil {
		l.Fatal(err)
	}
	return tally.Visits[clarion.Facebook]
}

// agrees says whether everything agrees with the ledger.
func (l *launch) agrees() {
	l.Helper()
	report, err := l.workspace.Verify(context.Background())
	if err != nil {
		l.Fatal(err)
	}
	for _, d := range report.Differences {
		l.Error(d)
	}
}

// address is that of the visitor of a number.
func address(visitor int64) string {
	return netip.AddrFrom4([4]byte{100, byte(visitor >> 16), byte(visitor >> 8), byte(visitor)}).String() //nolint:gosec // bytes of it
}

// A process serves the launch's links until it is killed.
func (l *launch) process() (base string, kill func()) {
	l.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$") // #nosec G204 -- this program
	cmd.Env = append(os.Environ(), serveVariable+"=redis://"+l.redis.Addr)
	out, err := cmd.StdoutPipe()
	if err != nil {
		l.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		l.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	l.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		l.Fatalf("the process does not serve: %v", err)
	}
	return "http://" + strings.TrimSpace(line), kill
}

// get visits a link over the network, and says whether it was sent on.
func get(client *http.Client, base string, code clarion.Code, visitor int64) bool {
	r, err := http.NewRequest(http.MethodGet, URL(base, code), nil)
	if err != nil {
		return false
	}
	r.Header.Set("User-Agent", iPhone)
	r.Header.Set("X-Forwarded-For", address(visitor))
	res, err := client.Transport.RoundTrip(r)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode == http.StatusFound
}

func TestAKilledProcessLosesNoVisitThatWasAnswered(t *testing.T) {
	const workers, partners, rounds, enough = 32, 10, 3, 2000
	l := newLaunch(t, partners)
	var sent, answered [partners]atomic.Int64
	var visitor atomic.Int64
	for range rounds {
		base, kill := l.process()
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
		var total atomic.Int64
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for i := w; ; i++ {
					sent[i%partners].Add(1)
					if !get(client, base, l.codes[i%partners], visitor.Add(1)) {
						return // killed while it was under way
					}
					answered[i%partners].Add(1)
					if total.Add(1) == enough {
						go kill()
					}
				}
			})
		}
		wg.Wait()
		client.CloseIdleConnections()
	}
	sum := 0
	for i := range partners {
		people := int64(l.visits(i).People())
		if people < answered[i].Load() || people > sent[i].Load() {
			t.Errorf("link %d has %d people: %d visits were answered, and %d sent", i, people, answered[i].Load(), sent[i].Load())
		}
		sum += int(answered[i].Load())
	}
	if sum < rounds*enough {
		t.Errorf("only %d visits were answered", sum)
	}
	l.agrees()
}

func TestAKilledRedisLosesNoVisitThatWasAnsweredAndCountsNoneTwice(t *testing.T) {
	const workers, partners, kills, each = 16, 10, 3, 1600
	l := newLaunch(t, partners)
	web, err := New(launchConfig(l.storage))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	web.Register(mux)
	server := httptest.NewServer(mux)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
	for i := range partners {
		if !get(client, server.URL, l.codes[i], 0) { // the process knows its links
			t.Fatal("a link leads nowhere")
		}
	}
	var answered [partners]atomic.Int64
	var visitor, total atomic.Int64
	marks := make(chan struct{}, kills)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < w+(kills+1)*each/workers; i++ {
				if !get(client, server.URL, l.codes[i%partners], visitor.Add(1)) {
					t.Error("a known link led nowhere")
					return
				}
				answered[i%partners].Add(1)
				if n := total.Add(1); n%each == 0 && n/each <= kills {
					marks <- struct{}{}
				}
			}
		})
	}
	for range kills {
		<-marks
		l.redis.Kill()
		l.redis.Restart()
	}
	wg.Wait()
	if lost := l.storage.Drain(t.Context()); lost != 0 {
		t.Errorf("%d visits were lost", lost)
	}
	for i := range partners {
		v := l.visits(i)
		if want := int(answered[i].Load()) + 1; v.People() != want || v.Raw() != want || v[clarion.Credited] != min(want, launchCap) {
			t.Errorf("link %d has %v, want %d people and nothing else", i, v, want)
		}
	}
	l.agrees()
}

// A launch morning: people who come again, robots between them, and a Redis that is restarted.
func TestOfAHundredThousandVisitsTheFiguresComeOutExactly(t *testing.T) {
	const visits, visitors, partners, workers = 100_000, 5_000, 100, 32
	l := newLaunch(t, partners)
	web, err := New(launchConfig(l.storage))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	web.Register(mux)

	type shot struct {
		link, visitor int
		robot         bool
	}
	random := rand.New(rand.NewPCG(47, 3))
	shots := make([]shot, visits)
	people := make([]map[int]bool, partners)
	robots, persons := make([]int, partners), make([]int, partners)
	for i := range people {
		people[i] = map[int]bool{}
	}
	for i := range shots {
		s := shot{random.IntN(partners), random.IntN(visitors), random.IntN(3) == 0}
		if shots[i] = s; s.robot {
			robots[s.link]++
		} else {
			persons[s.link]++
			people[s.link][s.visitor] = true
		}
	}
	send := func(s shot) int {
		r := httptest.NewRequest(http.MethodGet, "/l/"+string(l.codes[s.link]), nil)
		r.Header.Set("User-Agent", iPhone)
		if s.robot {
			r.Header.Set("User-Agent", crawler)
		}
		r.Header.Set("X-Forwarded-For", address(int64(s.visitor)))
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, r)
		return rec.Code
	}
	for i := range partners { // the process knows its links
		if code := send(shot{link: i, robot: true}); code != http.StatusFound {
			t.Fatalf("a link answers %d", code)
		}
		robots[i]++
	}
	var next atomic.Int64
	middle := make(chan struct{})
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= visits {
					return
				}
				if i == visits/2 {
					close(middle)
				}
				if code := send(shots[i]); code != http.StatusFound {
					t.Errorf("visit %d was answered %d", i, code)
				}
			}
		})
	}
	<-middle
	l.redis.Kill()
	l.redis.Restart()
	wg.Wait()
	if lost := l.storage.Drain(t.Context()); lost != 0 {
		t.Errorf("%d visits were lost", lost)
	}
	for i := range partners {
		v := l.visits(i)
		came := len(people[i])
		if v[clarion.Credited] != min(came, launchCap) || v.People() != came || v[clarion.Repeated] != persons[i]-came || v[clarion.Crawled] != robots[i] || v.Raw() != persons[i]+robots[i] {
			t.Errorf("link %d has %v, want %d people, %d repeats and %d robots", i, v, came, persons[i]-came, robots[i])
		}
	}
	l.agrees()
}

func TestTenSecondsWithoutRedisAtFiveHundredVisitsASecondLoseNothing(t *testing.T) {
	town := newTown(t)
	town.Burst = 0
	town.visit(from("198.51.100.1"))
	town.redis.SetError("LOADING Redis is loading the dataset in memory")
	for i := range 5000 {
		if res := town.visit(from(address(int64(i)))); res.StatusCode != http.StatusFound {
			t.Fatal(res.Status)
		}
	}
	town.redis.SetError("")
	if lost := town.Storage.Drain(t.Context()); lost != 0 || town.lost(lostVisits) != 0 {
		t.Errorf("%d and %d visits were lost", lost, town.lost(lostVisits))
	}
	if v := town.visits(); v.People() != 5001 || v.Raw() != 5001 {
		t.Errorf("visits %v, want 5,001 people", v)
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	town := newTown(t)
	town.redis.SetError("LOADING")
	workspace := town.Storage.Workspace("acme")
	v := storage.Visit{Link: town.link[clarion.Facebook], Kind: clarion.Crawled}
	kept := 0
	for range 150_000 {
		if _, err := workspace.CountVisit(t.Context(), v); errors.Is(err, clarion.ErrKept) {
			kept++
		} else if err == nil {
			t.Fatal("a visit was counted without Redis")
		}
	}
	if waiting, _ := town.Storage.WaitingVisits(); kept != 100_000 || waiting != kept {
		t.Errorf("%d visits are kept and %d wait, want 100,000", kept, waiting)
	}
}
