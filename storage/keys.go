package storage

import "github.com/clarion-bot/clarion"

// Every key that Clarion writes. {ws} is the workspace's id in braces, the hash tag that keeps a workspace
// in one slot of a cluster, so that one script reaches all of it
// (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags).
//
//	key                               type    lifetime       holds
//	links:<3>                         hash    for ever       code → a share link, packed; the key has the code's
//	                                                         first three characters, so that each is small
//	pages:<3>                         hash    for ever       token → a share page, packed; likewise
//	secret:{ws}                       string  for ever       32 random bytes
//	visitor:{ws}:<day>                string  26 hours       32 random bytes
//	rules:{ws}                        list    for ever       JSON of the rules; version n is the n-th
//
//	stores:{ws}                       hash    for ever       store → JSON without channels
//	channels:{ws}                     hash    for ever       channel → store
//	contacts:{ws}                     hash    while there    channel → JSON of how the bot reaches it, where it has to be told
//	people:{ws}                       hash    for ever       identity → JSON of how the bot reaches the person; likewise
//	names:{ws}                        hash    for ever       identity → name, of those who are no partners and made a campaign
//	identities:{ws}                   hash    for ever       identity → partner
//	partner:{ws}:<partner>            hash    for ever       name, email
//	works:{ws}                        hash    for ever       partner → the store where the partner works now
//
//	campaign:{ws}:<campaign>          string  for ever       JSON
//	campaigns:{ws}                    zset    for ever       campaign by time of creation, ms
//	titles:{ws}                       string  for ever       how often a campaign was stored that can have taken a title
//	approvals:{ws}                    hash    for ever       campaign → the revision of whose approval somebody has
//	                                                         to be told
//	reminders:{ws}                    zset    for ever       campaign by when its reminders are looked at, ms; below
//	                                                         0: at once, as nobody has looked at that revision
//	reminded:{ws}:<week>              hash    28 days        channel → how many reminders it has in the week
//	draft:{ws}:<id>                   string  as asked       JSON
//	drops:{ws}:<campaign>             hash    for ever       drop → JSON
//
//	topics:{ws}                       hash    for ever       topic → JSON
//	topicnames:{ws}                   hash    for ever       a topic's name as names are compared → topic
//	queue:{ws}:<topic>                list    for ever       campaigns that wait in the topic, the next one first
//	feeds:{ws}                        hash    for ever       topic → JSON of what came of reading its feed last
//	reading:{ws}:<topic>              string  a minute       until when somebody reads its feed, ms
//	known:{ws}:<topic>                zset    for ever       items of its feed by when they were last in it, ms; 2,000
//	suggestions:{ws}:<topic>          hash    for ever       item → JSON of a suggestion that waits; 20
//
//	delivery:{ws}:<delivery>          hash    for ever       data (JSON), state, attempt, setbacks, post, at, reason; doubt →
//	                                                         since when it may have been posted, ms; shown → names what
//	                                                         the post shows; week → the week in which a reminder
//	                                                         is counted
//	deliveries:{ws}:<group>           set     for ever       deliveries of a campaign, or of winners:<week>
//	posts:{ws}                        hash    for ever       channel and message → the delivery that made the post, where
//	                                                         that cannot be read from the post
//	due:{ws}                          zset    for ever       open deliveries by when they are due, ms, and behind
//	                                                         the point their order; a claimed one is due when its
//	                                                         claim lapses
//	failed:{ws}                       zset    for ever       failed deliveries by when they failed, ms
//	living:{ws}                       zset    for ever       posted deliveries by when the post is next brought up
//	                                                         to date, ms; after a change of the campaign, at
//	                                                         once: less than 0, by its revision
//	pace:{ws}:<what>[:<channel>]      string  some minutes   when the next one would be due at an even pace, µs
//	run:{ws}:<job>:<period>           string  400 days       1: the clock job has run, or the topic had its turn
//
//	once:{ws}:<what>                  string  as asked       1: it was asked for, as an activity of Teams that can come again
//	commit:{ws}:<process><lane>       string  7 days         number of the lane's last commit, and its outcomes
//	awards:{ws}                       string  for ever       how many rows ledger and capped have
//	ledger:{ws}:<partner>             list    for ever       rows that gave or took points, oldest first
//	capped:{ws}:<partner>             list    for ever       rows that a cap kept from giving points
//	seen:{ws}:<campaign>:<partner>    set     for ever       award keys that are known, as whole numbers
//	tally:{ws}:<campaign>:<partner>   hash    for ever       <network>:<kind> → visits; award:<reason> → awards that
//	                                                         gave points; minute:<network> → a minute, times a million,
//	                                                         and its new visitors; pending:<week>:<store> → points that partners'
//	                                                         boards do not have yet; free:<network> → until which minute no burst
//	                                                         is held; page → how often the share page was taken
//	                                                         back; turn → whose turn the captions are
//	totals:{ws}:<campaign>            hash    for ever       <network>:<kind> → visits; share:<network> → shares
//	results:{ws}:<week>               hash    for ever       <store>:<reason> → shares, people who came, conversions
//	conversions:{ws}:<bucket>         hash    for ever       <kind>:<id> → a conversion, packed; the key has 12 bits of
//	                                                         a hash of kind and id, so that each is small
//	converted:{ws}:<campaign>         hash    for ever       count:<whose>:<kind> and value:<whose>:<kind> of those
//	                                                         who came by links of partners or official
//	daily:{ws}:<day>                  hash    for ever       count:<store>:<kind> and value:<store>:<kind> of what
//	                                                         was recorded; total:<store>:<kind> and worth:<store>:<kind>
//	                                                         as a booking system says it of the whole day
//	turns:{ws}:<campaign>             hash    for ever       store → how many of its partners have shared
//	own:{ws}:<day>                    set     26 hours       hashes of partners with their own visitor's name
//	bursts:{ws}                       zset    for ever       open bursts by when they began, ms
//	burst:{ws}:<c>:<p>:<network>      hash    while open     since, and m<minute> for each minute that had too many
//	held:{ws}:<c>:<p>:<network>       list    while open     rows that wait for a decision, oldest first
//	pending:{ws}                      set     for ever       <campaign>:<partner> whose tally has something for boards
//	numbers:{ws}                      hash    for ever       store → its number on boards of partners within stores
//	board:{ws}:<period>:stores        zset    for ever       store by points
//	board:{ws}:<period>:partners      zset    for ever       partner by points
//	board:{ws}:<period>:within        zset    for ever       <store>:<partner> by the store's number and the points
//	                                                         that the partner earned there: see withinScore
//
// A key that is made for ever within a script gets the prefix that stands in KEYS, and so its hash tag.
const (
	linksPrefix       = "links"
	conversionsPrefix = "conversions"
	convertedPrefix   = "converted"
	dailyPrefix       = "daily"
	pagesPrefix       = "pages"
	secretKey         = "secret"
	visitorPrefix     = "visitor"
	rulesKey          = "rules"
	storesKey         = "stores"
	channelsKey       = "channels"
	contactsKey       = "contacts"
	peopleKey         = "people"
	namesKey          = "names"
	identitiesKey     = "identities"
	partnerPrefix     = "partner"
	worksKey          = "works"
	campaignPrefix    = "campaign"
	campaignsKey      = "campaigns"
	titlesKey         = "titles"
	approvalsKey      = "approvals"
	remindersKey      = "reminders"
	remindedPrefix    = "reminded"
	draftPrefix       = "draft"
	dropsPrefix       = "drops"
	topicsKey         = "topics"
	topicNamesKey     = "topicnames"
	queuePrefix       = "queue"
	feedsKey          = "feeds"
	readingPrefix     = "reading"
	knownPrefix       = "known"
	suggestionsPrefix = "suggestions"
	deliveryPrefix    = "delivery"
	indexPrefix       = "deliveries"
	postsKey          = "posts"
	dueKey            = "due"
	failedKey         = "failed"
	livingKey         = "living"
	pacePrefix        = "pace"
	runPrefix         = "run"
	oncePrefix        = "once"
	awardsKey         = "awards"
	ledgerPrefix      = "ledger"
	cappedPrefix      = "capped"
	commitPrefix      = "commit"
	seenPrefix        = "seen"
	tallyPrefix       = "tally"
	totalsPrefix      = "totals"
	resultsPrefix     = "results"
	turnsPrefix       = "turns"
	ownPrefix         = "own"
	burstsKey         = "bursts"
	burstPrefix       = "burst"
	heldPrefix        = "held"
	numbersKey        = "numbers"
	pendingKey        = "pending"
	boardPrefix       = "board"
)

// key returns a workspace's key of which there is one.
func (w *Workspace) key(name string) string { return name + w.tag }

// under returns a workspace's key of which there is one for each id.
func (w *Workspace) under(prefix, id string) string { return prefix + w.tag + ":" + id }

// prefix returns what all keys of under begin with.
func (w *Workspace) prefix(prefix string) string { return prefix + w.tag + ":" }

// board returns the key of a leaderboard. Those of the partners within each store are one.
func (w *Workspace) board(p clarion.Period, s clarion.Scope) string {
	name := s.String()
	if s.Store != "" {
		name = "within"
	}
	return w.prefix(boardPrefix) + p.String() + ":" + name
}

// shared returns a workspace's key of which there is one for each partner of a campaign.
func (w *Workspace) shared(prefix string, c clarion.CampaignID, p clarion.PartnerID) string {
	return w.under(prefix, string(c)+":"+string(p))
}

// bucketLetters is how many characters of a code or token name the hash that has it: 32,768 hashes, which
// stay small enough for Redis to pack (hash-max-listpack-entries) up to four million links.
const bucketLetters = 3

func linksKey(c clarion.Code) string {
	return linksPrefix + ":" + string(c[:min(bucketLetters, len(c))])
}
func pagesKey(t clarion.Token) string {
	return pagesPrefix + ":" + string(t[:min(bucketLetters, len(t))])
}
