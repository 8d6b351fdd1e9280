package clarion

import (
	"net/url"
	"regexp"
	"strings"
)

// teamsThread is Teams' id of a channel (@thread.tacv2; in older teams @thread.skype) or of a group chat (@thread.v2).
var teamsThread = regexp.MustCompile(`^19:[A-Za-z0-9_.-]{1,200}@thread\.(tacv2|skype|v2)$`)

// ParseTeamsChannel reads Teams' id of a channel, "19:…@thread.tacv2", and the address that “Copy link” of a channel's
// menu copies, in which the id stands (https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-links).
func ParseTeamsChannel(s string) (Channel, error) {
	id := strings.TrimSpace(s)
	if _, after, link := strings.Cut(id, "/l/channel/"); link {
		id, _, _ = strings.Cut(after, "/")
		id, _, _ = strings.Cut(id, "?")
	}
	if plain, err := url.PathUnescape(id); err == nil {
		id = plain
	}
	id, _, _ = strings.Cut(id, ";") // what follows names a message
	if !teamsThread.MatchString(id) {
		return Channel{}, Invalid("channel", "This is no channel of Teams: choose “Copy link” in the channel's menu, and paste what it copies.")
	}
	return Channel{Platform: Teams, ID: id}, nil
}
