package feeds

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// youTubeHosts are those that people copy an address from.
func youTubeHosts() []string {
	return []string{"www.youtube.com", "youtube.com", "m.youtube.com", "music.youtube.com", "studio.youtube.com", "youtu.be"}
}

// channelID is how YouTube names a channel for good. A handle (@name) can change hands.
var channelID = regexp.MustCompile(`^UC[A-Za-z0-9_-]{22}$`)

// ofChannel returns the address of the feed of a YouTube channel, where it is given the address of a page of the
// channel that has its ID, and any other address as it is. The feed's address is that of
// https://developers.google.com/youtube/v3/guides/push_notifications.
func ofChannel(address string) string {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || !onYouTube(address) {
		return address
	}
	rest, ok := strings.CutPrefix(u.Path, "/channel/")
	id, _, _ := strings.Cut(rest, "/")
	if !ok || !channelID.MatchString(id) {
		return address
	}
	return "https://www.youtube.com/feeds/videos.xml?channel_id=" + id
}

func onYouTube(address string) bool { return slices.Contains(youTubeHosts(), siteOf(address)) }
