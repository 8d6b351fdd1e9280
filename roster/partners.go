package roster

import (
	"io"
	"net/mail"
	"regexp"
	"strings"

	clarion "github.com/clarion-bot/clarion"
)

// PartnerColumns returns the columns of a file of partners.
func PartnerColumns() []string { return []string{"slack_id", "email", "name", "store"} }

// Slack's ids of users, which begin with W in some large companies
// (https://docs.slack.dev/reference/objects/user-object).
var userID = regexp.MustCompile(`^[UW][A-Z0-9]{5,20}$`)

// maxEmail is the greatest length of an address, in bytes (https://www.rfc-editor.org/errata/eid1690).
const maxEmail = 254

// ReadPartners reads a file of partners who work in the given stores. A partner who is not known yet will
// have the next id of newID. Everything that is wrong with the file is in the problems; only when there are
// none are the members complete.
func ReadPartners(r io.Reader, stores []clarion.Store, newID func() string) ([]clarion.Member, []Problem) {
	rows, wrong := readTable(r, exactly(PartnerColumns()))
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
		slackID := readUserID(row, &wrong)
		if row.cells["slack_id"] == "" && row.cells["email"] == "" {
			wrong.add(row.line, "", "Both slack_id and email are empty: write at least one of them.")
		}
		if slackID != "" {
			member.Identities = append(member.Identities, clarion.UserIdentity(clarion.Slack, slackID))
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
	if strings.HasPrefix(string(i), "email:") {
		return "email"
	}
	return "slack_id"
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
