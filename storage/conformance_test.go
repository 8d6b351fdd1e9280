package storage

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/redistest"
)

// promises is what storage promises, on every kind of Redis.
var promises = []struct {
	name string
	hold func(*testing.T, *env)
}{
	{"64 goroutines awarding the same 1,000 keys award each exactly once", awardsOnce},
	{"caps are exact under concurrency", capsAreExact},
	{"a batch with the same key twice awards once", batchWithDuplicate},
	{"a batch of any length keeps its order", longBatchKeepsOrder},
	{"points stay in the store where they were earned", pointsStay},
	{"a partner without a store earns for nobody else", noStoreNoStorePoints},
	{"an award that cannot be written down is refused", badAwardIsRefused},
	{"the ledger tells newest first what was awarded", ledgerTellsAll},

	{"boards are caught up with however few or many tallies wait", boardsCatchUp},
	{"ties share a rank and the rank after a tie counts those ahead", tiesShareRank},
	{"one's own rank is right outside of the page", ownRankOutsidePage},
	{"only those with points stand in a leaderboard", onlyPointsStand},
	{"a leaderboard of stores has names, sizes and active partners", storesAreDescribed},
	{"an empty leaderboard is empty and no error", emptyLeaderboard},

	{"verify finds nothing after random work", verifyFindsNothing},
	{"verify finds a planted difference in each kind of key", verifyFindsPlanted},

	{"planning twice creates once", planTwice},
	{"enqueueing twice adds once", enqueueTwice},
	{"a claim by 16 goroutines is won once, and taken over when it lapses", claimOnce},
	{"what is posted stays posted", postedStays},
	{"a postponed or failed delivery is not due", postponedIsNotDue},
	{"what is due comes oldest first", dueOldestFirst},
	{"a clock job's run is claimed once", runOnce},
	{"what 16 goroutines ask for at once is new for one of them", newOnce},
	{"somebody is told once of each approval, and of no earlier one", approvalsAreTold},
	{"a campaign is asked for reminders when it was planned, revised, and when its turn comes", remindersAreLookedFor},
	{"16 goroutines that remind add each reminder once, and no channel gets too many in a week", remindersAreCounted},
	{"a reminder counts in the week in which it is posted", lateRemindersCount},
	{"reminders that were taken back with their campaign are added again, and counted once", remindersComeAgain},
	{"it is known how many partners of each store have shared", sharingIsKnown},
	{"what an earlier claim may have posted stays in doubt", doubtIsKept},
	{"what fails is told, once for all that fail together", failuresAreTold},
	{"what is due at once keeps its order, and each turn has a name", onesInOrder},
	{"a campaign is changed by one of two at once", reviseOnce},
	{"of campaigns that were to have one title at once, one is stored", titlesAreTakenOnce},
	{"what was withdrawn waits when it is added again, and what is posted stays", withdrawAndAddAgain},
	{"in any order of kills, lapses, retries and changes a delivery stands in its channel once", anyOrderPostsOnce},
	{"a post is redrawn by one process, and no change is forgotten", looksAreTakenOnce},
	{"a pace is shared by all processes", paceIsShared},

	{"topics have a name of their own and are changed by one person at a time", topicsHaveOneName},
	{"a campaign is in its topic's queue exactly while it waits there", campaignsWaitInTheirTopic},
	{"a topic is deleted with what waits in it, or not at all", topicsAreDeleted},
	{"a topic's turn lets out one campaign, whoever takes it", turnsAreTakenOnce},
	{"a turn that was taken over something that changed changes nothing", staleTurnsChangeNothing},
	{"an item of a feed comes once and is decided on once", itemsComeOnce},
	{"items are known for as long as they are in the feed, within a bound", itemsInTheFeedStayKnown},
	{"a feed is read by one for each period", feedsAreReadByOne},

	{"racing enrolments make one partner", enrolRaces},
	{"an identity leads to one partner for ever", identitiesBind},
	{"an import can be repeated", importRepeats},
	{"a partner on two platforms has one share, one cap and one place", onePartnerOnTwoPlatforms},
	{"how people and channels are reached, and called, is remembered until it is forgotten", contactsAreRemembered},
	{"a partner moves to stores that exist only", moveNeedsStore},
	{"a channel belongs to one store", channelMoves},
	{"stores come by name and are replaced whole", storesByName},

	{"links are the same for ever and known by code and token", linksAreStable},
	{"a page that was taken back opens nothing, and its links stay", pagesAreTakenBack},
	{"partners of a store take turns with captions", turnsAreTaken},
	{"every visit is counted as one kind", visitsAreCounted},
	{"any interleaving credits each outside visitor once, capped", anyInterleavingCreditsOnce},
	{"a commit that comes again is answered alike and changes nothing", commitsOnce},
	{"a burst is held until it is released", burstsAreReleased},
	{"a refused burst leaves the boards as if it had not been", burstsAreRefused},
	{"two people who decide on a burst at once credit each visit once", burstsAreDecidedOnce},
	{"the official link is counted and gives nobody points", officialLinkCounts},
	{"64 goroutines telling the same conversion count and award it once", conversionsOnce},
	{"the first conversion of a kind and id decides", firstConversionDecides},
	{"a repeat completes a conversion that was recorded and not awarded", repeatCompletesConversion},
	{"official, late and capped conversions count and give no points", someConversionsGiveNoPoints},
	{"a conversion of an unknown link or store is not recorded", unknownOriginsAreRefused},
	{"conversions are counted by the days of the zone", daysAreThoseOfTheZone},
	{"verify finds a planted difference in the counters of conversions", verifyFindsConversions},
	{"a day's total replaces the one before and never adds to what was recorded", totalsReplace},
	{"secrets are made once and visitors' keys once a day", secretsMadeOnce},
	{"campaigns come newest first, and replaced ones are seen", campaignsNewestFirst},
	{"campaigns that fit are found behind any number that do not", campaignsThatFit},
	{"a draft expires", draftExpires},
	{"rules have a version for each change", rulesHaveVersions},
	{"scripts come back after the server forgot them", scriptsComeBack},
	{"workspaces share nothing", workspacesShareNothing},
}

func TestPromisesOnMiniredis(t *testing.T) {
	holdAll(t, miniBackend(t))
}

func TestPromisesOnARedisServer(t *testing.T) {
	server := redistest.Start(t)
	holdAll(t, openBackend(t, "redis://"+server.Addr))
}

func TestPromisesOnARedisCluster(t *testing.T) {
	addrs := redistest.StartCluster(t)
	holdAll(t, openBackend(t, "redis+cluster://"+strings.Join(addrs, ",")))
}

func TestPromisesOnAnExistingRedis(t *testing.T) {
	url := os.Getenv(redistest.URLVariable)
	if url == "" {
		t.Skipf("set %s to run this against a Redis whose contents may be added to", redistest.URLVariable)
	}
	holdAll(t, openBackend(t, url))
}

func holdAll(t *testing.T, b backend) {
	for i, p := range promises {
		t.Run(p.name, func(t *testing.T) {
			p.hold(t, newEnv(t, b, fmt.Sprintf("%d-%d", time.Now().UnixNano(), i)))
		})
	}
}

// A backend is one kind of Redis. Open gives a new Storage over it, as another process would have.
type backend struct {
	open    func(...Option) *Storage
	forward func(time.Duration) // makes keys expire, where time is the test's
}

func miniBackend(t testing.TB) backend {
	server := miniredis.RunT(t)
	b := openBackend(t, "redis://"+server.Addr())
	b.forward = server.FastForward
	return b
}

func openBackend(t testing.TB, url string) backend {
	return backend{open: func(options ...Option) *Storage {
		s, err := Open(Options{URL: url, PoolSize: 16, Timeout: 20 * time.Second, Options: options})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}}
}

// An env is what one promise works in: a workspace of its own.
type env struct {
	backend
	ctx context.Context
	s   *Storage
	w   *Workspace
	rdb redis.UniversalClient
	now time.Time // of the Storage's caches
	id  clarion.WorkspaceID
}

func newEnv(t testing.TB, b backend, id string) *env {
	// The id has signs that mean something in the patterns of SCAN.
	e := &env{backend: b, ctx: t.Context(), now: time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC), id: clarion.WorkspaceID("T*[a-z]?" + id)}
	e.s = b.open(WithClock(func() time.Time { return e.now }))
	e.w, e.rdb = e.s.Workspace(e.id), e.s.rdb
	return e
}

// another returns the same workspace as another process sees it.
func (e *env) another() *Workspace { return e.open().Workspace(e.id) }

const (
	kingston = clarion.StoreID("kingston")
	leeds    = clarion.StoreID("leeds")
	xmas     = clarion.CampaignID("xmas")
)

var (
	week47 = clarion.Week{Year: 2026, Number: 47}
	noon   = time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
)

// partner enrols a partner whose id, name and Slack user id are the same.
func (e *env) partner(t testing.TB, id string, store clarion.StoreID) clarion.PartnerID {
	t.Helper()
	p, err := e.w.Enrol(e.ctx, member(id, store))
	must(t, err)
	return p.ID
}

func member(id string, store clarion.StoreID) clarion.Member {
	return clarion.Member{
		Partner:    clarion.Partner{ID: clarion.PartnerID(id), Name: id, Store: store},
		Identities: []clarion.Identity{clarion.UserIdentity(clarion.Slack, id)},
	}
}

func (e *env) stores(t testing.TB, ids ...clarion.StoreID) {
	t.Helper()
	var stores []clarion.Store
	for _, id := range ids {
		stores = append(stores, clarion.Store{ID: id, Name: strings.ToUpper(string(id)), Headcount: 10})
	}
	must(t, e.w.PutStores(e.ctx, stores))
}

func share(key string, p clarion.PartnerID, points int) clarion.Award {
	return clarion.Award{
		Key: clarion.KeyOf(key), Partner: p, Campaign: xmas, Reason: clarion.ShareReason, Points: points, Rules: 1, Week: week47, At: noon, Network: clarion.X,
	}
}

func click(key string, p clarion.PartnerID, most int) clarion.Award {
	a := share(key, p, 1)
	a.Reason, a.Cap = clarion.ClickReason, most
	return a
}

func (e *env) award(t testing.TB, awards ...clarion.Award) []clarion.Outcome {
	t.Helper()
	outcomes, err := e.w.Award(e.ctx, awards...)
	must(t, err)
	return outcomes
}

func (e *env) leaderboard(t testing.TB, q Query) clarion.Leaderboard {
	t.Helper()
	board, err := e.w.Leaderboard(e.ctx, q)
	must(t, err)
	return board
}

func (e *env) agrees(t testing.TB) Report {
	t.Helper()
	report, err := e.w.Verify(e.ctx)
	must(t, err)
	for _, d := range report.Differences {
		t.Errorf("a difference: %s", d)
	}
	return report
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
