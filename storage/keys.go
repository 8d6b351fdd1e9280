package storage

import (
	"crypto/sha256"

	"github.com/clarion-bot/clarion"
)

// Every key that Clarion writes. {ws} is the workspace's id in braces, the hash tag that keeps a workspace
// in one slot of a cluster, so that one script reaches all of it
// (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags).
//
//	key                               type    lifetime       holds
//	link:{code}                       string  for ever       a share link, packed
//	page:{token}                      string  for ever       a share page, packed
//	secret:{ws}                       string  for ever       32 random bytes
//	visitor:{ws}:<day>                string  25 hours       32 random bytes
//	rules:{ws}                        list    for ever       JSON of the rules; version n is the n-th
//
//	stores:{ws}                       hash    for ever       store → JSON without channels
//	channels:{ws}                     hash    for ever       channel → store
//	identities:{ws}                   hash    for ever       identity → partner
//	partner:{ws}:<partner>            hash    for ever       name, email, store
//
//	campaign:{ws}:<campaign>          string  for ever       JSON
//	campaigns:{ws}                    zset    for ever       campaign by time of creation, ms
//	draft:{ws}:<id>                   string  as asked       JSON
//	drops:{ws}:<campaign>             hash    for ever       drop → JSON
//
//	delivery:{ws}:<delivery>          hash    for ever       data (JSON), state, attempt, post, at, reason
//	deliveries:{ws}:<campaign>        set     for ever       deliveries of a campaign's drops
//	due:{ws}                          zset    for ever       open deliveries by when they are due, ms; a
//	                                                         claimed one is due when its claim lapses
//	run:{ws}:<job>:<period>           string  400 days       1: the clock job has run
//
//	awards:{ws}                       string  for ever       how many rows ledger and capped have
//	ledger:{ws}:<partner>             list    for ever       rows that gave points, oldest first
//	capped:{ws}:<partner>             list    for ever       rows that a cap kept from giving points
//	awarded:{ws}:<campaign>           set     for ever       hashes of the award keys that are known
//	caps:{ws}:<campaign>              hash    for ever       <partner>:<reason> → awards given
//	clicks:{ws}:<campaign>            hash    for ever       code → credited clicks
//	visits:{ws}:<campaign>            hash    for ever       code → raw clicks
//	board:{ws}:<period>:<scope>       zset    for ever       points; a member is a store or a partner
//
// A key that is made for ever within a script gets the prefix that stands in KEYS, and so its hash tag.
const (
	linkPrefix     = "link"
	pagePrefix     = "page"
	secretKey      = "secret"
	visitorPrefix  = "visitor"
	rulesKey       = "rules"
	storesKey      = "stores"
	channelsKey    = "channels"
	identitiesKey  = "identities"
	partnerPrefix  = "partner"
	campaignPrefix = "campaign"
	campaignsKey   = "campaigns"
	draftPrefix    = "draft"
	dropsPrefix    = "drops"
	deliveryPrefix = "delivery"
	indexPrefix    = "deliveries"
	dueKey         = "due"
	runPrefix      = "run"
	awardsKey      = "awards"
	ledgerPrefix   = "ledger"
	cappedPrefix   = "capped"
	awardedPrefix  = "awarded"
	capsPrefix     = "caps"
	clicksPrefix   = "clicks"
	visitsPrefix   = "visits"
	boardPrefix    = "board"
)

// key returns a workspace's key of which there is one.
func (w *Workspace) key(name string) string { return name + w.tag }

// under returns a workspace's key of which there is one for each id.
func (w *Workspace) under(prefix, id string) string { return prefix + w.tag + ":" + id }

// prefix returns what all keys of under begin with.
func (w *Workspace) prefix(prefix string) string { return prefix + w.tag + ":" }

func (w *Workspace) board(p clarion.Period, s clarion.Scope) string {
	return w.prefix(boardPrefix) + p.String() + ":" + s.String()
}

func linkKey(c clarion.Code) string  { return linkPrefix + ":{" + string(c) + "}" }
func pageKey(t clarion.Token) string { return pagePrefix + ":{" + string(t) + "}" }

// capField is the field of caps:{ws}:<campaign> for a partner and reason.
func capField(p clarion.PartnerID, r clarion.Reason) string { return string(p) + ":" + string(r) }

// knownKey is the member of awarded:{ws}:<campaign> for an award's key: 16 bytes of its SHA-256, of which
// two among 2⁴⁰ are the same with a chance of less than one in a trillion.
func knownKey(awardKey string) string {
	sum := sha256.Sum256([]byte(awardKey))
	return string(sum[:16])
}
