package scheduler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// A site is a feed that a test changes.
type site struct {
	mu    sync.Mutex
	items []clarion.Item // newest first
	err   error
	asked []string // address and known version of each reading
}

func (f *site) Read(ctx context.Context, address string, known clarion.FeedVersion) (clarion.Feed, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, address+known.Tag)
	if err := cmp.Or(ctx.Err(), f.err); err != nil {
		return clarion.Feed{}, err
	}
	version := clarion.FeedVersion{Tag: fmt.Sprint("#", len(f.items))}
	if known == version {
		return clarion.Feed{Address: address, Version: version, Unchanged: true}, nil
	}
	return clarion.Feed{Address: address, Title: "News", Items: slices.Clone(f.items), Version: version}, nil
}

// publish puts new items on the site.
func (f *site) publish(ids ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range ids {
		f.items = slices.Insert(f.items, 0, clarion.Item{GUID: id, Title: "Item " + id, Link: "https://shop.example/" + id})
	}
}

func (f *site) fails(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *site) readings() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asked)
}

type readerFunc func(context.Context, string, clarion.FeedVersion) (clarion.Feed, error)

func (f readerFunc) Read(ctx context.Context, address string, known clarion.FeedVersion) (clarion.Feed, error) {
	return f(ctx, address, known)
}

// reader is a process that reads the site's feed.
func (w *world) reader(f Feeds) *Scheduler {
	w.t.Helper()
	s := w.process()
	s.cfg.Feeds = f
	s.cfg.NewID = func() string {
		w.clock.Lock()
		defer w.clock.Unlock()
		w.ids++
		return fmt.Sprint("id", w.ids)
	}
	return s
}

// fed adds a topic with the site's feed, whose turns do not come in these tests.
func (w *world) fed(id string, change ...func(*clarion.Topic)) clarion.Topic {
	w.t.Helper()
	return w.topic(id, "on the 1st of January at 03:00", append(change, func(t *clarion.Topic) { t.Feed = "https://shop.example/feed" })...)
}

// suggested returns what the social team was asked about, sorted.
func (w *world) suggested(topic string) (titles []string) {
	w.t.Helper()
	list, err := w.workspace.Suggestions(w.t.Context(), clarion.TopicID(topic))
	must(w.t, err)
	for _, p := range w.in("DUHELEN") {
		for _, s := range list {
			if p.text == "suggestion "+string(s.ID()) {
				titles = append(titles, strings.TrimPrefix(s.Item.Title, "Item "))
			}
		}
	}
	if len(titles) != len(list) {
		w.t.Errorf("%d suggestions wait, and %d were asked about", len(list), len(titles))
	}
	slices.Sort(titles)
	return titles
}

func (w *world) hasSuggested(topic string, want ...string) {
	w.t.Helper()
	slices.Sort(want)
	if got := w.suggested(topic); !slices.Equal(got, want) {
		w.t.Errorf("%s: suggested are %v, want %v", w.now(), got, want)
	}
}

func (w *world) feedState(t clarion.Topic) storage.FeedState {
	w.t.Helper()
	state, err := w.workspace.FeedState(w.t.Context(), t)
	must(w.t, err)
	return state
}

func TestAFeedsItemsAreSuggestedOnceWhateverRestartsAndProcesses(t *testing.T) {
	w := newWorld(t, 1)
	f := &site{}
	f.publish("old", "older", "newest")
	topic := w.fed("products")
	one, two := w.reader(f), w.reader(f)
	w.tick(one, two)
	w.hasSuggested("products", "newest") // of the first reading
	f.publish("a", "b")
	w.tick(one, two)
	w.hasSuggested("products", "newest") // not yet
	for range 3 {
		w.pass(feedEvery)
		w.tick(one, two, w.reader(f)) // and one that has just begun
	}
	w.hasSuggested("products", "newest", "a", "b")
	if n := len(f.readings()); n != 4 {
		t.Errorf("it was read %d times in an hour and a half, want 4 times", n)
	}
	// What was decided on does not come again, however long it stays in the feed and whatever is said of it then.
	id := clarion.Suggestion{Topic: topic.ID, Item: clarion.Item{GUID: "a"}}.ID()
	must(t, w.workspace.Dismiss(t.Context(), id))
	f.publish("c")
	for i := range f.items {
		f.items[i].Title += " (new title)"
	}
	w.pass(feedEvery)
	w.tick(w.reader(f))
	list, err := w.workspace.Suggestions(t.Context(), topic.ID)
	must(t, err)
	if len(list) != 3 {
		t.Errorf("%d suggestions wait, want newest, b and c", len(list))
	}
	if s := w.feedState(topic); s.Title != "News" || s.Failure != "" || !s.Read.Equal(w.now()) {
		t.Errorf("the feed's state is %+v", s)
	}
}

// A process that stops while it reads, or is killed, and one whose Redis is away when it has read, have read nothing.
func TestAReadingThatDiesIsAnothersAMinuteLater(t *testing.T) {
	for name, dies := range map[string]func(w *world, stop func()) (back func()){
		"the process": func(_ *world, stop func()) func() { stop(); return func() {} },
		"Redis": func(w *world, _ func()) func() {
			w.redis.SetError("away")
			return func() { w.redis.SetError("") }
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			f := &site{}
			f.publish("a")
			topic := w.fed("products")
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			var back func()
			dying, other := w.reader(readerFunc(func(ctx context.Context, address string, known clarion.FeedVersion) (clarion.Feed, error) {
				if back == nil { // the first time
					back = dies(w, stop)
				}
				return f.Read(ctx, address, known)
			})), w.reader(f)
			if err := dying.readFeeds(ctx, w.now()); err == nil {
				t.Fatal("the reading did not die")
			}
			back()
			readings := len(f.readings())
			w.pass(feedClaim - time.Second)
			w.tick(other)
			if n := len(f.readings()); n != readings {
				t.Error("it was read while the first may still be at it")
			}
			w.pass(time.Second)
			if name == "the process" {
				w.tick(other, w.reader(f))
			} else {
				w.tick(dying) // nothing keeps it from trying again
			}
			w.hasSuggested("products", "a")
			if n := len(f.readings()); n != readings+1 {
				t.Errorf("it was read %d times after that", n-readings)
			}
			if s := w.feedState(topic); !s.Read.Equal(w.now()) || s.Failure != "" {
				t.Errorf("the feed's state is %+v", s)
			}
		})
	}
}

func TestWhatComesByItselfGoesIntoTheQueueUnasked(t *testing.T) {
	w := newWorld(t, 1)
	f := &site{}
	f.publish("first")
	w.fed("products", func(t *clarion.Topic) { t.Auto, t.Hashtag = true, "#Fed" })
	one, two := w.reader(f), w.reader(f)
	w.tick(one, two)
	f.publish("a", "b")
	w.pass(feedEvery)
	w.tick(one, two)
	w.pass(feedEvery)
	w.tick(one, two)
	queue, err := w.workspace.Queue(t.Context(), "products")
	must(t, err)
	var titles []string
	for _, c := range queue {
		titles = append(titles, c.Title)
		if wrong := c.Check(w.now()); len(wrong) > 0 || c.Hashtag != "#Fed" {
			t.Errorf("%s is no good campaign: %v", c.Title, wrong)
		}
	}
	if !slices.Equal(titles, []string{"Item first", "Item a", "Item b"}) || len(w.told()) > 0 {
		t.Errorf("queued are %v, asked was %v", titles, w.told())
	}
}

func TestManyNewItemsComeInPortionsAndNoneIsLost(t *testing.T) {
	w := newWorld(t, 1)
	f := &site{}
	f.publish("first")
	topic := w.fed("products")
	s := w.reader(f)
	w.tick(s)
	want := []string{"first"}
	for i := range 24 {
		f.publish(fmt.Sprint(i))
		want = append(want, fmt.Sprint(i))
	}
	w.pass(feedEvery)
	w.tick(s)
	w.hasSuggested("products", slices.Clone(want[:1+newAtOnce])...)
	if left := w.feedState(topic).Left; left != 24-newAtOnce {
		t.Errorf("%d are left", left)
	}
	for range 6 {
		w.pass(feedEvery)
		w.tick(s)
	}
	w.hasSuggested("products", slices.Clone(want[:clarion.MaxSuggestions])...) // no more can wait
	for _, done := range want[:10] {
		must(t, w.workspace.Dismiss(t.Context(), clarion.Suggestion{Topic: topic.ID, Item: clarion.Item{GUID: done}}.ID()))
	}
	w.pass(feedEvery)
	w.tick(s)
	w.hasSuggested("products", want[10:]...)
	if left := w.feedState(topic).Left; left != 0 {
		t.Errorf("%d are left", left)
	}
}

func TestAFeedThatFailsIsSaidOfItsTopicAndReadOnWhenItIsBack(t *testing.T) {
	w := newWorld(t, 1)
	f := &site{}
	f.fails(clarion.Invalid("feed", "shop.example answers with 404."))
	f.publish("old", "first")
	topic := w.fed("products")
	good := w.fed("services", func(t *clarion.Topic) { t.Name = "Services" })
	s := w.reader(f)
	began := w.now()
	w.tick(s)
	w.pass(feedEvery)
	w.tick(s)
	if state := w.feedState(topic); state.Failure != "shop.example answers with 404." || !state.Since.Equal(began) || !state.At.Equal(w.now()) {
		t.Errorf("the state is %+v", state)
	}
	f.fails(errors.New("read tcp 10.0.0.1: reset"))
	w.pass(feedEvery)
	w.tick(s)
	if state := w.feedState(good); state.Failure == "" || strings.Contains(state.Failure, "10.0") {
		t.Errorf("an error without a sentence is said as %q", state.Failure)
	}
	f.fails(nil)
	w.pass(feedEvery)
	w.tick(s)
	w.hasSuggested("products", "first") // it is its first reading
	f.fails(errors.New("away"))
	w.pass(feedEvery)
	w.tick(s)
	f.fails(nil)
	f.publish("a", "b")
	w.pass(feedEvery)
	w.tick(s)
	w.hasSuggested("products", "first", "a", "b")
	if state := w.feedState(topic); state.Failure != "" || !state.Since.IsZero() {
		t.Errorf("the state is %+v", state)
	}
}

func TestAnotherFeedIsReadSoonAndAPauseIsNotMadeUpFor(t *testing.T) {
	w := newWorld(t, 1)
	f := &site{}
	f.publish("old", "a")
	w.fed("products")
	s := w.reader(f)
	w.tick(s)
	w.revise("products", func(t *clarion.Topic) { t.Feed = "https://other.example/feed" })
	f.publish("b", "c")
	w.pass(time.Minute)
	w.tick(s)
	w.hasSuggested("products", "a", "c") // the newest alone, as it is the first reading of this feed
	w.revise("products", func(t *clarion.Topic) { t.Paused = true })
	readings := len(f.readings())
	f.publish("d", "e", "f")
	w.pass(2 * feedEvery)
	w.tick(s)
	if n := len(f.readings()); n != readings {
		t.Error("the feed of a paused topic was read")
	}
	w.revise("products", func(t *clarion.Topic) { t.Paused = false })
	w.pass(time.Minute)
	w.tick(s)
	w.hasSuggested("products", "a", "c", "f")
}

func TestASiteIsAskedWhetherItsFeedHasChanged(t *testing.T) {
	w := newWorld(t, 1)
	f := &site{}
	f.publish("a")
	topic := w.fed("products")
	s := w.reader(f)
	for range 3 {
		w.tick(s)
		w.pass(feedEvery)
	}
	if want := []string{topic.Feed, topic.Feed + "#1", topic.Feed + "#1"}; !slices.Equal(f.readings(), want) {
		t.Errorf("asked were %v, want %v", f.readings(), want)
	}
	if s := w.feedState(topic); s.Title != "News" || s.Version.Tag != "#1" {
		t.Errorf("the state is %+v", s)
	}
}

func TestASuggestionThatIsDecidedBeforeItIsAskedIsNotAsked(t *testing.T) {
	w := newWorld(t, 1)
	f := &site{}
	f.publish("a")
	topic := w.fed("products")
	s := w.reader(f)
	must(t, s.readFeeds(t.Context(), w.now()))
	must(t, w.workspace.Dismiss(t.Context(), clarion.Suggestion{Topic: topic.ID, Item: clarion.Item{GUID: "a"}}.ID()))
	w.tick(s)
	if told := w.told(); len(told) > 0 {
		t.Errorf("asked was %v", told)
	}
}

func TestItemsThatCannotBecomeCampaignsArePassedOver(t *testing.T) {
	w := newWorld(t, 1)
	f := &site{}
	f.publish("good", "bad")
	f.items[0].Link = "javascript:alert(1)"
	w.fed("products")
	s := w.reader(f)
	for range 2 {
		w.tick(s)
		w.pass(feedEvery)
	}
	w.hasSuggested("products", "good")
}

func TestFeedsOfManyTopicsAreReadAtDifferentTimes(t *testing.T) {
	minutes := map[time.Duration]bool{}
	for i := range 20 {
		topic := clarion.Topic{ID: clarion.TopicID(fmt.Sprint("topic", i))}
		for d := time.Duration(0); d < feedEvery; d += time.Minute {
			if feedPeriod(topic, monday.Add(d)) != feedPeriod(topic, monday.Add(d+time.Minute)) {
				minutes[d] = true
			}
		}
	}
	if len(minutes) < 10 {
		t.Errorf("20 feeds are read in %d different minutes", len(minutes))
	}
}
