package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// A Report says whether everything that hangs on the ledger agrees with it.
type Report struct {
	Awards      int // rows that gave points
	Capped      int // rows that a cap kept from giving points
	Boards      int // boards that were compared
	Differences []Difference
	// Moving says that awards or conversions were written each time they were read, so that some of the differences
	// can be theirs.
	Moving bool
}

// A Difference is one thing that does not agree with the ledger.
type Difference struct {
	Key    string  // which key of Redis
	Member string  // which member or field of it; "" for the key as a whole
	What   string  // what is counted: points, awards, visits, members, …
	Ledger float64 // what follows from the ledger
	Stored float64 // what the key says
}

func (d Difference) String() string {
	of := d.Key
	if d.Member != "" {
		of += " " + strconv.Quote(d.Member)
	}
	return fmt.Sprintf("%s: %s are %v, and by the ledger %v", of, d.What, d.Stored, d.Ledger)
}

// verifyPasses bounds how often the ledger is read again because awards came in meanwhile.
const verifyPasses = 4

// Verify works out from the ledger every board, count towards a cap, credited click, store's result and known
// key, and reports what does not agree. It also compares a campaign's totals with what its partners' tallies
// add up to, and the counters of conversions with what is recorded of each. It only reads. Partners are taken one after the other, so that its memory grows with the number
// of boards, stores and campaigns, and not with that of rows.
//
// Awards can be written while it works. When it then finds differences it starts again, up to four times.
func (w *Workspace) Verify(ctx context.Context) (Report, error) {
	for pass := 1; ; pass++ {
		if err := w.catchUp(ctx); err != nil {
			return Report{}, err
		}
		before, err := w.rows(ctx)
		if err != nil {
			return Report{}, err
		}
		v := newVerification(w)
		if err := v.read(ctx); err != nil {
			return Report{}, err
		}
		after, err := w.rows(ctx)
		if err != nil {
			return Report{}, err
		}
		if v.report.Moving = after != before || v.moving; !v.report.Moving {
			v.compare(w.key(awardsKey), "", "rows", float64(v.report.Awards+v.report.Capped), float64(after))
		}
		if len(v.report.Differences) == 0 || !v.report.Moving || pass == verifyPasses {
			slices.SortFunc(v.report.Differences, func(a, b Difference) int {
				return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Member, b.Member), cmp.Compare(a.What, b.What))
			})
			return v.report, nil
		}
	}
}

// rows returns how many rows were ever written.
func (w *Workspace) rows(ctx context.Context) (int, error) {
	n, err := w.rdb.Get(ctx, w.key(awardsKey)).Int()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	return n, failed(err, "read how many awards there are")
}

// A verification is one reading of the ledger.
type verification struct {
	w      *Workspace
	report Report
	moving bool // conversions were recorded meanwhile

	// keys are the workspace's keys by their prefix, as they are found and as the ledger calls for them.
	keys map[string]map[string]bool
	// pairs are the campaigns that a partner has shared, as the keys of tallies and known award keys say.
	pairs map[clarion.PartnerID]map[clarion.CampaignID]bool
	// members counts the members that the ledger calls for, by key of a partners' board.
	members map[string]int
	// sums are what the ledger adds up to by key and member, where several partners add to a member: of
	// stores' boards, stores' results and campaigns' totals.
	sums map[string]map[string]int
}

func newVerification(w *Workspace) *verification {
	return &verification{
		w: w, keys: make(map[string]map[string]bool), members: make(map[string]int), sums: make(map[string]map[string]int),
		pairs: make(map[clarion.PartnerID]map[clarion.CampaignID]bool),
	}
}

func (v *verification) compare(key, member, what string, ledger, stored float64) {
	if ledger != stored {
		v.report.Differences = append(v.report.Differences, Difference{key, member, what, ledger, stored})
	}
}

// note remembers a key and returns it.
func (v *verification) note(prefix, key string) string {
	if v.keys[prefix] == nil {
		v.keys[prefix] = make(map[string]bool)
	}
	v.keys[prefix][key] = true
	return key
}

func (v *verification) read(ctx context.Context) error {
	for _, prefix := range []string{ledgerPrefix, cappedPrefix, seenPrefix, tallyPrefix, totalsPrefix, resultsPrefix, boardPrefix, heldPrefix} {
		if err := v.find(ctx, prefix); err != nil {
			return err
		}
	}
	for _, prefix := range []string{seenPrefix, tallyPrefix} {
		for key := range v.keys[prefix] {
			pair := strings.TrimPrefix(key, v.w.prefix(prefix))
			at := strings.LastIndexByte(pair, ':')
			v.pair(clarion.PartnerID(pair[at+1:]), clarion.CampaignID(pair[:max(at, 0)]))
		}
	}
	for _, p := range v.partners() {
		if err := v.readPartner(ctx, p); err != nil {
			return err
		}
	}
	if err := v.readKeys(ctx); err != nil {
		return err
	}
	return v.readConversions(ctx)
}

// pair remembers that a partner has shared a campaign.
func (v *verification) pair(p clarion.PartnerID, c clarion.CampaignID) {
	if v.pairs[p] == nil {
		v.pairs[p] = make(map[clarion.CampaignID]bool)
	}
	v.pairs[p][c] = true
}

// find notes the keys that begin with a prefix.
func (v *verification) find(ctx context.Context, prefix string) error {
	var node redis.Cmdable = v.w.rdb
	if cluster, ok := v.w.rdb.(*redis.ClusterClient); ok {
		master, err := cluster.MasterForKey(ctx, v.w.key(awardsKey))
		if err != nil {
			return failed(err, "find the node of workspace %s", v.w.id)
		}
		node = master
	}
	pattern := globEscaper.Replace(v.w.prefix(prefix)) + "*"
	keys := node.Scan(ctx, 0, pattern, 1000).Iterator()
	for keys.Next(ctx) {
		v.note(prefix, keys.Val())
	}
	return failed(keys.Err(), "look for keys %s", pattern)
}

var globEscaper = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`)

// partners returns everybody who has rows or has shared something.
func (v *verification) partners() []clarion.PartnerID {
	seen := make(map[clarion.PartnerID]bool)
	for p := range v.pairs {
		seen[p] = true
	}
	for _, prefix := range []string{ledgerPrefix, cappedPrefix} {
		for key := range v.keys[prefix] {
			seen[clarion.PartnerID(strings.TrimPrefix(key, v.w.prefix(prefix)))] = true
		}
	}
	partners := make([]clarion.PartnerID, 0, len(seen))
	for p := range seen {
		partners = append(partners, p)
	}
	slices.Sort(partners)
	return partners
}

// readKeys compares the keys to which several partners add.
func (v *verification) readKeys(ctx context.Context) error {
	for key := range v.keys[boardPrefix] {
		v.report.Boards++
		if v.members[key] == 0 { // of stores, or one that the ledger does not call for
			if err := v.compareAll(ctx, key, "points", v.w.rdb.ZScan(ctx, key, 0, "", 500)); err != nil {
				return err
			}
			continue
		}
		// What the ledger calls for was compared with each partner's rows: here is what it does not call for.
		size, err := v.w.rdb.ZCard(ctx, key).Result()
		if err != nil {
			return failed(err, "count %s", key)
		}
		zeros, err := v.zeros(ctx, key)
		if err != nil {
			return err
		}
		v.compare(key, "", "members", float64(v.members[key]), float64(size-zeros))
	}
	for prefix, what := range map[string]string{totalsPrefix: "visits or shares", resultsPrefix: "results"} {
		for key := range v.keys[prefix] {
			if err := v.compareAll(ctx, key, what, v.w.rdb.HScan(ctx, key, 0, "", 500)); err != nil {
				return err
			}
		}
	}
	return nil
}

// zeros counts the members of a partners' board that have no points: those of a reversal, or of a rule that
// gives none.
func (v *verification) zeros(ctx context.Context, key string) (int64, error) {
	if strings.HasSuffix(key, ":within") {
		return v.w.zerosWithin(ctx, key)
	}
	zeros, err := v.w.rdb.ZCount(ctx, key, "0", "0").Result()
	return zeros, failed(err, "count %s", key)
}

// compareAll compares every member of a key with its sum.
func (v *verification) compareAll(ctx context.Context, key, what string, scan *redis.ScanCmd) error {
	stored := make(map[string]float64)
	pairs := scan.Iterator()
	for pairs.Next(ctx) {
		member := pairs.Val()
		if !pairs.Next(ctx) {
			break
		}
		n, err := strconv.ParseFloat(pairs.Val(), 64)
		if err != nil {
			return fmt.Errorf("read %q of %s: %w", member, key, err)
		}
		stored[member] = n
	}
	if err := pairs.Err(); err != nil {
		return failed(err, "read %s", key)
	}
	for member, sum := range v.sums[key] {
		v.compare(key, member, what, float64(sum), stored[member])
	}
	for member, n := range stored {
		if _, called := v.sums[key][member]; !called {
			v.compare(key, member, what, 0, n)
		}
	}
	return nil
}
