package bot

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/clarion-bot/clarion/chat"
)

// mrkdwnEscape makes a person's text show as it was typed: Slack reads & < > as control characters
// (https://docs.slack.dev/messaging/formatting-message-text/#escaping).
var mrkdwnEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// zeroWidthSpace between a formatting character and its neighbours keeps Slack from reading it as formatting.
// mrkdwn has no escape for * _ ~ and `.
const zeroWidthSpace = "\u200b"

var mrkdwnDefuse = strings.NewReplacer("*", "*"+zeroWidthSpace, "_", "_"+zeroWidthSpace, "~", "~"+zeroWidthSpace, "`", "`"+zeroWidthSpace,
	":", ":"+zeroWidthSpace, "&", "&amp;", "<", "&lt;", ">", "&gt;")

// mrkdwn writes a text in Slack's markup.
func mrkdwn(t chat.Text) string {
	var b strings.Builder
	for _, run := range t {
		b.WriteString(mrkdwnRun(run))
	}
	return b.String()
}

func mrkdwnRun(run chat.Run) string {
	switch {
	case !run.Person.IsZero():
		return "<@" + run.Person.ID + ">"
	case !run.Channel.IsZero():
		return "<#" + run.Channel.ID + ">"
	case !run.Moment.IsZero():
		return fmt.Sprintf("<!date^%d^{date_short_pretty}, {time}|%s>", run.Moment.Unix(), linkLabel(run.Text))
	case run.Link != "":
		return "<" + linkAddress(run.Link) + "|" + linkLabel(run.Text) + ">"
	}
	switch run.Style {
	case chat.Bold:
		return styled("*", run.Text)
	case chat.Italic:
		return styled("_", run.Text)
	case chat.Code:
		return "`" + mrkdwnEscape.Replace(strings.ReplaceAll(run.Text, "`", "'")) + "`"
	}
	return defused(run.Text)
}

// styled puts a mark around the text, inside of its outer spaces, because Slack wants the marks at words.
func styled(mark, s string) string {
	inner := strings.TrimSpace(s)
	if inner == "" {
		return s
	}
	before, after, _ := strings.Cut(s, inner)
	return before + mark + strings.ReplaceAll(defused(inner), "\n", mark+"\n"+mark) + mark + after
}

// defused writes a person's text so that nothing in it is read as markup. A colon is left alone unless it
// could begin an emoji's name, and so are the marks unless they stand at a word's edge.
func defused(s string) string {
	if !strings.ContainsAny(s, "*_~`") && !emojiName(s) {
		return mrkdwnEscape.Replace(s)
	}
	return mrkdwnDefuse.Replace(s)
}

// emojiName says whether two colons stand around a word, as in :tada:.
func emojiName(s string) bool {
	_, after, found := strings.Cut(s, ":")
	for found {
		word, rest, closed := strings.Cut(after, ":")
		if closed && word != "" && !strings.ContainsAny(word, " \n\t/") {
			return true
		}
		after, found = rest, closed
	}
	return false
}

var addressEscape = strings.NewReplacer("|", "%7C", "<", "%3C", ">", "%3E", " ", "%20")

func linkAddress(s string) string { return addressEscape.Replace(s) }

var labelEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "¦")

func linkLabel(s string) string { return labelEscape.Replace(s) }

// clipped cuts a text to at most n code points.
func clipped(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
