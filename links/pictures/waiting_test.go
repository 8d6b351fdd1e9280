package pictures

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/clarion-bot/clarion/internal/fetchtest"
)

// In these tests time is that of a synctest bubble, and the network is made of pipes within it.

const somewhere = "http://www.example.com/a.png"

// inBubble runs the test with pictures that come from the site.
func inBubble(t *testing.T, answer http.HandlerFunc, test func(*testing.T, *Pictures, *fetchtest.Network)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network := fetchtest.New(t, answer)
		p, err := New(Config{Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		p.web = network.Client(bounds(nil))
		test(t, p, network)
	})
}

// after answers late, unless the asker has left.
func after(d time.Duration, answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(d):
			answer(w, r)
		case <-r.Context().Done():
		}
	}
}

func TestManyCallersAreOneFetch(t *testing.T) {
	inBubble(t, after(time.Second, file(pngFile(3, 2))), func(t *testing.T, p *Pictures, network *fetchtest.Network) {
		errs := make(chan error)
		for range 100 {
			go func() {
				_, err := p.Get(t.Context(), somewhere)
				errs <- err
			}()
		}
		for range 100 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if n := network.Asked(); n != 1 {
			t.Errorf("the site was asked %d times", n)
		}
	})
}

func TestACallerWhoLeavesDoesNotEndTheFetch(t *testing.T) {
	inBubble(t, after(5*time.Second, file(pngFile(3, 2))), func(t *testing.T, p *Pictures, network *fetchtest.Network) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		_, err := p.Get(ctx, somewhere)
		if !errors.Is(err, ErrUnreachable) || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		if _, err := p.Get(t.Context(), somewhere); err != nil || time.Since(began) != 5*time.Second {
			t.Errorf("the next caller, after %s: %v", time.Since(began), err)
		}
		if n := network.Asked(); n != 1 {
			t.Errorf("the site was asked %d times", n)
		}
	})
}

func TestASiteHasTenSecondsInAll(t *testing.T) {
	trickle := func(w http.ResponseWriter, r *http.Request) {
		w.Write(pngFile(3, 2)[:20])
		for r.Context().Err() == nil {
			w.Write([]byte("x"))
			http.NewResponseController(w).Flush()
			select {
			case <-time.After(100 * time.Millisecond):
			case <-r.Context().Done():
			}
		}
	}
	hops := func(w http.ResponseWriter, r *http.Request) { // each hop in time, all of them not
		after(4*time.Second, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		})(w, r)
	}
	for name, answer := range map[string]http.HandlerFunc{
		"a trickle": trickle, "silence": after(time.Hour, status(200)), "slow redirects": hops,
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, answer, func(t *testing.T, p *Pictures, _ *fetchtest.Network) {
				began := time.Now()
				_, err := p.Get(t.Context(), somewhere)
				if !errors.Is(err, ErrUnreachable) || time.Since(began) != timeLimit {
					t.Errorf("after %s: %v", time.Since(began), err)
				}
				if want := "the picture cannot be reached now: www.example.com does not give it within 10 seconds"; err.Error() != want {
					t.Errorf("it says %q", err)
				}
				synctest.Wait()
			})
		})
	}
}

func TestASiteThatIsSlowKeepsNobodyFromTheOldPicture(t *testing.T) {
	var slow atomic.Bool
	answer := func(w http.ResponseWriter, r *http.Request) {
		if slow.Load() {
			after(4*time.Second, file(gifFile(4, 4)))(w, r)
			return
		}
		w.Write(pngFile(3, 2))
	}
	inBubble(t, answer, func(t *testing.T, p *Pictures, network *fetchtest.Network) {
		get := func(ctx context.Context, mediaType string, wait time.Duration) {
			t.Helper()
			began := time.Now()
			got, err := p.Get(ctx, somewhere)
			if err != nil || got.Type != mediaType || time.Since(began) != wait {
				t.Errorf("%s after %s: %v", got.Type, time.Since(began), err)
			}
		}
		get(t.Context(), "image/png", 0)
		slow.Store(true)
		time.Sleep(fresh)
		get(t.Context(), "image/png", patience)
		hurried, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		get(hurried, "image/png", time.Millisecond)
		time.Sleep(4 * time.Second)
		get(t.Context(), "image/gif", 0)
		if n := network.Asked(); n != 2 {
			t.Errorf("the site was asked %d times", n)
		}
	})
}

func TestFewPicturesAreFetchedAtOnce(t *testing.T) {
	var now, most atomic.Int64
	answer := func(w http.ResponseWriter, r *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(time.Second)
		now.Add(-1)
		w.Write(pngFile(3, 2))
	}
	inBubble(t, answer, func(t *testing.T, p *Pictures, _ *fetchtest.Network) {
		errs := make(chan error)
		for i := range 20 {
			go func() {
				_, err := p.Get(t.Context(), somewhere+"?"+string(rune('a'+i)))
				errs <- err
			}()
		}
		for range 20 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if n := most.Load(); n != fetchesAtOnce {
			t.Errorf("%d at once", n)
		}
	})
}
