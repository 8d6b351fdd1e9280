package roster

import (
	"io"
	"net/mail"
	"regexp"
	"strings"

	clarion "github.com/clarion-bot/clarion"
)

// PartnerColumns returns the columns that a file of partners can have: of the first three at least one.
func PartnerColumns() []string { return []string{"slack_id", "teams_id", "email", "name", "store"} }

// partnerLayout has the columns of whichever platforms a company is on.
func partnerLayout() layout {
	return layout{all: PartnerColumns(), needed: [][]string{{"slack_id", "teams_id", "email"}, {"name"}, {"store"}}}
}

// Slack's ids of users, which begin with W in some large companies
// (https://docs.slack.dev/reference/objects/user-object), and Entra's, by which Teams knows them
// (https://learn.microsoft.com/graph/api/resources/user).
var (
	userID   = regexp.MustCompile(`^[UW][A-Z0-9]{5,20}$`)
	objectID = regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)
)

// maxEmail is the greatest length of an address, in bytes (https://www.rfc-editor.org/errata/eid1690).
const maxEmail = 254

// ReadPartners reads a file of partners who work in the given stores. A partner who is not known yet will
// have the next id of newID. Everything that is wrong with the file is in the problems; only when there are
// none are the members complete.
func ReadPartners(r io.Reader, stores []clarion.Store, newID func() string) ([]clarion.Member, []Problem) {
	rows, wrong := readTable(r, partnerLayout())
	known := make(map[clarion.StoreID]bool, len(stores))
	for _, s := range stores {
		known[s.ID] = true
	}
	members := make([]clarion.Member, 0, len(rows))
	lines := map[clarion.Identity]int{}
	for _, row := range rows {
		member := clarion.Member{Partner: clarion.Partner{
			ID: clarion.PartnerID(newID()), Name: readName(row, "name", &wrong),
			Email: readEmail(row, &wrong), Store: readStore(row, known, &wrong),
		}}
		slackID, teamsID := readUserID(row, &wrong), readObjectID(row, &wrong)
		if row.cells["slack_id"] == "" && row.cells["teams_id"] == "" && row.cells["email"] == "" {
			wrong.add(row.line, "", "All of slack_id, teams_id and email are empty: write at least one of them.")
		}
		if slackID != "" {
			member.Identities = append(member.Identities, clarion.UserIdentity(clarion.Slack, slackID))
		}
		if teamsID != "" {
			member.Identities = append(member.Identities, clarion.UserIdentity(clarion.Teams, teamsID))
		}
		if member.Partner.Email != "" {
			member.Identities = append(member.Identities, clarion.EmailIdentity(member.Partner.Email))
		}
		for _, identity := range member.Identities {
			if first, twice := lines[identity]; twice {
				wrong.add(row.line, column(identity), "The same partner is on line %d already: keep one of the two.", first)
			} else {
				lines[identity] = row.line
			}
		}
		members = append(members, member)
	}
	return members, wrong.sorted()
}

func column(i clarion.Identity) string {
	switch platform, _, ok := i.User(); {
	case !ok:
		return "email"
	case platform == clarion.Teams:
		return "teams_id"
	}
	return "slack_id"
}

func readObjectID(row row, wrong *problems) string {
	id := strings.ToLower(row.cells["teams_id"])
	if id != "" && !objectID.MatchString(id) {
		wrong.add(row.line, "teams_id", "%q is not a Teams user's id: copy the object id from the person's page in Entra; it looks like 8d9c0f5b-6cd0-4a2f-9e21-1b2c3d4e5f60.", row.cells["teams_id"])
		return ""
	}
	return id
}

func readUserID(row row, wrong *problems) string {
	id := row.cells["slack_id"]
	if id != "" && !userID.MatchString(id) {
		wrong.add(row.line, "slack_id", "%q is not a Slack user's id: copy it from the person's profile; it looks like U012AB3CD.", id)
		return ""
	}
	return id
}

func readEmail(row row, wrong *problems) string {
	text := row.cells["email"]
	if text == "" {
		return ""
	}
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text || len(text) > maxEmail || !strings.Contains(text[strings.LastIndex(text, "@"):], ".") {
		wrong.add(row.line, "email", "%q is not an e-mail address: write one like amira.khan@example.com.", text)
		return ""
	}
	return text
}

func readStore(row row, known map[clarion.StoreID]bool, wrong *problems) clarion.StoreID {
	text := row.cells["store"]
	if text == "" {
		wrong.add(row.line, "store", "The store is empty: write the store's id.")
		return ""
	}
	id, err := clarion.ParseStoreID(text)
	if err != nil || !known[id] {
		wrong.add(row.line, "store", "There is no store %q: import the stores first, or correct the id.", text)
		return ""
	}
	return id
}
