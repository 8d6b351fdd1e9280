package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// A crowd are the customers and partners, who come to whichever process is up.
type crowd struct {
	campaigns [][]*shared // by campaign: the partners who share it
	gaps      *outages
	client    *http.Client
	visitors  atomic.Int64
}

// A shared is a campaign that one partner shares, with what the crowd has done to it.
type shared struct {
	link  clarion.ShareLink
	token clarion.Token

	sent, answered, sure atomic.Int64 // visits; sure are those that must be counted
	pressed              atomic.Bool  // a share was answered, and so must be counted
}

// network is that of all links.
const network = clarion.Facebook

// sureWithin is how soon a visit is answered that was stored before it was. Clarion answers after 150 ms in any case
// (docs/decisions/0006), and what it then keeps in memory dies with the process.
const sureWithin = 100 * time.Millisecond

// browser is the agent of everybody.
const browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"

func newCrowd(gaps *outages) *crowd {
	return &crowd{gaps: gaps, client: &http.Client{
		Timeout: 5 * time.Second,
		// A connection that was used before would be tried again when it breaks, and a visit sent twice.
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// give gives each partner a link of the next campaign.
func (c *crowd) give(ctx context.Context, w *storage.Workspace, campaign clarion.CampaignID, partners []clarion.PartnerID) error {
	var all []*shared
	for _, p := range partners {
		page, links, err := w.Share(ctx, campaign, p, []clarion.Network{network})
		if err != nil {
			return err
		}
		all = append(all, &shared{link: links[0], token: page.Token})
	}
	c.campaigns = append(c.campaigns, all)
	return nil
}

// throng is how many come at once.
const throng = 3

// come lets the crowd follow links and share, of some campaigns, until the context ends.
func (c *crowd) come(ctx context.Context, seed uint64, campaigns [][]*shared, victims []*victim) {
	var wg sync.WaitGroup
	for i := range throng {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		wg.Go(func() {
			for ctx.Err() == nil {
				v := victims[random.IntN(len(victims))]
				of := campaigns[random.IntN(len(campaigns))]
				s := of[random.IntN(len(of))]
				if v.isUp() {
					if random.IntN(8) == 0 {
						c.press(ctx, v.place.URL(), s)
					} else {
						c.visit(ctx, v.place.URL(), s)
					}
				}
				sleep(ctx, time.Duration(random.Int64N(int64(150*time.Millisecond))))
			}
		})
	}
	wg.Wait()
}

// visit follows a link.
func (c *crowd) visit(ctx context.Context, base string, s *shared) {
	s.sent.Add(1)
	answered, sure := c.get(ctx, base+"/l/"+string(s.link.Code))
	if answered {
		s.answered.Add(1)
	}
	if sure {
		s.sure.Add(1)
	}
}

// press shares on the network.
func (c *crowd) press(ctx context.Context, base string, s *shared) {
	if answered, _ := c.get(ctx, base+"/s/"+string(s.token)+"/"+string(network)); answered {
		s.pressed.Store(true)
	}
}

// get asks for an address as somebody new. It says whether the answer leads on, and whether a visit was
// surely stored before it.
func (c *crowd) get(ctx context.Context, url string) (answered, sure bool) {
	r, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, url, nil)
	if err != nil {
		return false, false
	}
	n := c.visitors.Add(1)
	r.Header.Set("User-Agent", browser)
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("100.%d.%d.%d", n>>16&255, n>>8&255, n&255))
	before, start := c.gaps.mark(), time.Now()
	answer, err := c.client.Do(r)
	if err != nil {
		return false, false
	}
	_, err = io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	answered = err == nil && answer.StatusCode == http.StatusFound
	return answered, answered && time.Since(start) < sureWithin && c.gaps.quietSince(before)
}
