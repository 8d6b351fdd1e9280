package scheduler

import (
	"errors"
	"sync"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// Paces is how fast one platform is served, by all processes together. A zero pace has no limit.
type Paces struct {
	Posts       storage.Pace // new posts, in all channels; zero: none of Posts and EachPosts has a limit
	EachPosts   storage.Pace // in each channel
	Changes     storage.Pace // of posts, in all channels
	EachChanges storage.Pace // in each channel
	FiguresWait bool         // figures are not changed while new posts wait, on whatever platform
}

// SlackPaces is how fast Slack takes messages: one a second for a channel
// (https://docs.slack.dev/apis/web-api/rate-limits/#posting_messages), and changes 50 a minute and more, apart from
// new posts (https://docs.slack.dev/reference/methods/chat.update, tier 3). What it takes in all channels is not published.
func SlackPaces(posts storage.Pace) Paces {
	return Paces{
		Posts: posts, EachPosts: storage.Pace{PerMinute: 60, Burst: 1}, Changes: storage.Pace{PerMinute: 50, Burst: 10}, FiguresWait: true,
	}
}

// TeamsPaces is how fast Teams takes messages: 50 requests a second from a bot in a tenant, and in each conversation 7 in a
// second, 8 in two, 60 in thirty and 1,800 in an hour
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit). Posts, changes and answers count together, so
// each of the first two has a part, and what is left is for answers to people.
func TeamsPaces() Paces {
	return Paces{
		Posts: storage.Pace{PerMinute: 1200, Burst: 10}, EachPosts: storage.Pace{PerMinute: 15, Burst: 3},
		Changes: storage.Pace{PerMinute: 600, Burst: 5}, EachChanges: storage.Pace{PerMinute: 12, Burst: 3},
	}
}

// paces returns those of a platform. One that was given none is served like Slack, without a limit to posts.
func (s *Scheduler) paces(p clarion.Platform) Paces {
	if paces, ok := s.cfg.Paces[p]; ok {
		return paces
	}
	return SlackPaces(storage.Pace{})
}

// What has a pace in storage.
const (
	posting      = "post"
	updating     = "update"
	updatingEach = "update-each"
)

// onPlatform names something that has a pace, apart from the same on other platforms: one that asks to wait holds up no
// other.
func onPlatform(what string, p clarion.Platform) string {
	if p == clarion.Slack {
		return what // as it was called when there was no other
	}
	return what + "-" + string(p)
}

// roomShare is what part of the workers one platform can have, of roomShareOf, where several are served: one that does
// not answer, or lets everybody wait, leaves the others theirs.
const roomShare, roomShareOf = 3, 4

// errCrowded says that a platform has as many workers as it can have.
var errCrowded = errors.New("as many deliveries of its platform as can be are on their way")

// rooms counts the workers of each platform in this process.
type rooms struct {
	mu   sync.Mutex
	busy map[clarion.Platform]int
}

// enter takes a worker for a platform, of at most so many, until leave.
func (r *rooms) enter(p clarion.Platform, most int) (leave func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy[p] >= most {
		return nil, false
	}
	if r.busy == nil {
		r.busy = map[clarion.Platform]int{}
	}
	r.busy[p]++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.busy[p]--
	}, true
}

// room is how many workers a platform can have.
func (s *Scheduler) room() int {
	if len(s.cfg.Posters) < 2 {
		return workers
	}
	return workers * roomShare / roomShareOf
}
