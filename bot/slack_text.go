package bot

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// mrkdwnEscape makes a person's text show as it was typed: Slack reads & < > as control characters
// (https://docs.slack.dev/messaging/formatting-message-text/#escaping).
var mrkdwnEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// mrkdwn has no escape for * _ ~ and `: a zero-width space beside a mark counts as a word's edge, at which Slack
// reads the mark all the more. So a mark at a word's edge is shown by the sign that looks most like it. An emoji's
// name is broken by a zero-width space after its first colon.
var lookalikes = map[rune]string{'*': "∗", '_': "ˍ", '~': "∼", '`': "ˋ"}

const zeroWidthSpace = "\u200b"

// mrkdwn writes a text in Slack's markup, with at most that many code points. It is cut between marks, so that
// none is left open.
func mrkdwn(t chat.Text, most int) string {
	var b strings.Builder
	left := most
	for i, run := range t {
		s := mrkdwnRun(run)
		n := utf8.RuneCountInString(s)
		if n > left || (n == left && i < len(t)-1) {
			for run.Text != "" && (n > left-1 || run.Link != "") {
				run.Text, run.Link = firstHalf(run.Text), ""
				s = mrkdwnRun(run)
				n = utf8.RuneCountInString(s)
			}
			if n <= left-1 {
				b.WriteString(s)
			}
			b.WriteString("…")
			break
		}
		b.WriteString(s)
		left -= n
	}
	return b.String()
}

func firstHalf(s string) string {
	runes := []rune(s)
	return string(runes[:len(runes)/2])
}

func mrkdwnRun(run chat.Run) string {
	switch {
	case run.Person.Platform == clarion.Slack: // somebody of another platform is a name to Slack
		return "<@" + run.Person.ID + ">"
	case run.Channel.Platform == clarion.Slack:
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
	case chat.Code, chat.Command:
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
// could begin an emoji's name, and so is a mark inside of a word, as in a file's name; a backtick means
// something everywhere.
func defused(s string) string {
	if !strings.ContainsAny(s, "*_~`:>") {
		return mrkdwnEscape.Replace(s)
	}
	colons := emojiName(s)
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		switch shown, mark := lookalike(runes, i); {
		case mark:
			b.WriteString(shown)
		case r == ':' && colons:
			b.WriteString(":" + zeroWidthSpace)
		case r == '>' && (i == 0 || runes[i-1] == '\n'):
			b.WriteString(zeroWidthSpace + ">") // at the start of a line it would begin a quote
		default:
			b.WriteRune(r)
		}
	}
	return mrkdwnEscape.Replace(b.String())
}

// lookalike is the sign that is shown in place of the mark at i, if there is one and it could be read as markup there:
// inside of a word only a backtick can.
func lookalike(runes []rune, i int) (shown string, mark bool) {
	shown, mark = lookalikes[runes[i]]
	inside := i > 0 && i+1 < len(runes) && inWord(runes[i-1]) && inWord(runes[i+1])
	return shown, mark && (runes[i] == '`' || !inside)
}

// inWord says whether a mark beside the rune stands inside of a word on that side.
func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

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

var addressEscape = strings.NewReplacer("|", "%7C", "<", "%3C", ">", "%3E", " ", "%20", "&", "&amp;")

func linkAddress(s string) string { return addressEscape.Replace(s) }

var labelEscape = strings.NewReplacer("|", "¦", "\n", " ")

func linkLabel(s string) string { return defused(labelEscape.Replace(s)) }

// clipped cuts a text to at most n code points.
func clipped(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
