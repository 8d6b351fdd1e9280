package bot

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// How the social team is named: Slack's ids of users and of user groups and the handle of a user group
// (https://docs.slack.dev/reference/objects/user-object, https://docs.slack.dev/reference/objects/usergroup-object),
// Entra's object id of a user (https://learn.microsoft.com/graph/api/resources/user), and an e-mail address.
var (
	slackUser  = regexp.MustCompile(`^[UW][A-Z0-9]{5,20}$`)
	slackGroup = regexp.MustCompile(`^(S[A-Z0-9]{5,20}|@[\p{L}\p{N}._-]{1,80})$`)
	entraUser  = regexp.MustCompile(`^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$`)
	mailbox    = regexp.MustCompile(`^[^@\s,;<>"]+@[^@\s,;<>"]+\.[^@\s,;<>"]+$`)
)

// CanBeSocial says whether an entry can name somebody, or a group, of the social team.
func CanBeSocial(entry string) bool {
	return slices.ContainsFunc([]*regexp.Regexp{slackUser, slackGroup, entraUser, mailbox}, func(r *regexp.Regexp) bool { return r.MatchString(entry) })
}

const (
	// addressLife is how long a person's e-mail address is believed without asking the platform again.
	addressLife = 5 * time.Minute
	// addressesKept bounds how many people's are kept: a workspace of 26,000 fits.
	addressesKept = 1 << 15
)

// A socialTeam is those whom the operator named, as one platform can tell: by id, or by the e-mail address that the
// company gave them. It may be used by several at once.
type socialTeam struct {
	named   map[clarion.Identity]bool // people by id, and e-mail addresses
	groups  []string                  // Slack's user groups, as they were named
	mail    bool                      // there are e-mail addresses among the named
	address func(ctx context.Context, p chat.Person) (string, error)
	now     func() time.Time
	log     *slog.Logger
	known   *lru.Cache[clarion.Identity, knownAddress]
}

// A knownAddress is what the platform last told of a person.
type knownAddress struct {
	named bool      // the address is one of the social team's
	until time.Time // when the platform is asked again
}

// newSocialTeam reads the entries; what CanBeSocial does not know is nobody. Address asks the platform for the
// address that the company gave a person; it returns none for guests and for people of other companies, who could have
// given themselves one of the social team's. It is called only when e-mail addresses were named, and at most every five
// minutes for each person.
func newSocialTeam(entries []string, address func(context.Context, chat.Person) (string, error), log *slog.Logger, now func() time.Time) *socialTeam {
	t := &socialTeam{named: map[clarion.Identity]bool{}, address: address, now: now, log: log}
	for _, e := range entries {
		switch {
		case slackUser.MatchString(e):
			t.named[clarion.UserIdentity(clarion.Slack, e)] = true
		case entraUser.MatchString(e):
			t.named[clarion.UserIdentity(clarion.Teams, strings.ToLower(e))] = true
		case slackGroup.MatchString(e):
			t.groups = append(t.groups, e)
		case mailbox.MatchString(e):
			t.named[clarion.EmailIdentity(e)] = true
			t.mail = true
		}
	}
	t.known, _ = lru.New[clarion.Identity, knownAddress](addressesKept) // its error is that the size is not above 0
	return t
}

// byID says whether the person was named by the platform's id.
func (t *socialTeam) byID(p chat.Person) bool {
	if p.Platform == clarion.Teams {
		p.ID = strings.ToLower(p.ID)
	}
	return t.named[p.Identity()]
}

// byAddress says whether the person was named by e-mail address. While the platform does not answer, what it said last
// counts, and it is asked again after half a minute.
func (t *socialTeam) byAddress(ctx context.Context, p chat.Person) (bool, error) {
	if !t.mail {
		return false, nil
	}
	known, ok := t.known.Get(p.Identity())
	if ok && t.now().Before(known.until) {
		return known.named, nil
	}
	address, err := t.address(ctx, p)
	switch {
	case err == nil:
		known = knownAddress{named: t.named[clarion.EmailIdentity(address)], until: t.now().Add(addressLife)}
	case !ok:
		return false, err
	default:
		known.until = t.now().Add(groupRetry)
		t.log.Warn("whether a person is of the social team may be out of date", "person", string(p.Identity()), "error", err)
	}
	t.known.Add(p.Identity(), known)
	return known.named, nil
}
