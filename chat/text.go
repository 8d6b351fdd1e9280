package chat

import (
	"fmt"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

// A Text is a line or more for people: runs of characters, each with a style. What a person once typed goes
// into a run as it is; whoever draws the text escapes it for the platform.
//
// It is built from left to right: chat.Say("Well done, ").Bold(name).Say("!").
type Text []Run

// A Run is a piece of a text in one style.
type Run struct {
	Text    string
	Style   Style
	Link    string          // when set, the run leads to this address
	Person  Person          // when set, the run mentions this person instead of showing Text
	Channel clarion.Channel // when set, the run names this channel instead of showing Text
	Moment  time.Time       // when set, the run shows this time in the reader's zone; Text is the fallback
}

// A Style is how a run looks.
type Style int

// The styles that all platforms have.
const (
	Plain Style = iota
	Bold
	Italic
	Code
	Command // what is typed to the bot, as it is in the commands' table: "/drop list"
)

// A Person is somebody in a chat: a platform and the platform's own id for the user.
type Person struct {
	Platform clarion.Platform
	ID       string
	Name     string // as the platform last told it; may be empty
}

// Identity returns the person's identity as a partner.
func (p Person) Identity() clarion.Identity { return clarion.UserIdentity(p.Platform, p.ID) }

// IsZero says whether p is nobody.
func (p Person) IsZero() bool { return p.ID == "" }

// Say begins a text.
func Say(s string) Text { return Text{}.Say(s) }

// Sayf begins a text with a formatted string.
func Sayf(format string, args ...any) Text { return Text{}.Say(fmt.Sprintf(format, args...)) }

// Strong begins a text with a bold run.
func Strong(s string) Text { return Text{}.Bold(s) }

// Say adds plain characters.
func (t Text) Say(s string) Text { return append(t, Run{Text: s}) }

// Sayf adds a formatted string.
func (t Text) Sayf(format string, args ...any) Text { return t.Say(fmt.Sprintf(format, args...)) }

// Bold adds a bold run.
func (t Text) Bold(s string) Text { return append(t, Run{Text: s, Style: Bold}) }

// Italic adds an italic run.
func (t Text) Italic(s string) Text { return append(t, Run{Text: s, Style: Italic}) }

// Code adds a run that is meant literally: a command, an id.
func (t Text) Code(s string) Text { return append(t, Run{Text: s, Style: Code}) }

// Command adds what is to be typed to the bot, as it is in the commands' table: "/drop list". Each platform shows how it
// is typed there.
func (t Text) Command(line string) Text { return append(t, Run{Text: line, Style: Command}) }

// Link adds a run that leads to an address.
func (t Text) Link(address, label string) Text { return append(t, Run{Text: label, Link: address}) }

// Mention adds a person's name, in the way that the platform tells them of it.
func (t Text) Mention(p Person) Text { return append(t, Run{Text: p.Name, Person: p}) }

// In adds a channel's name.
func (t Text) In(c clarion.Channel) Text { return append(t, Run{Text: c.ID, Channel: c}) }

// At adds a time, shown in the reader's own zone where the platform can; loc is that of the fallback.
func (t Text) At(at time.Time, loc *time.Location) Text {
	return append(t, Run{Text: Moment(at, loc), Moment: at})
}

// Line adds a line break.
func (t Text) Line() Text { return t.Say("\n") }

// Add adds another text.
func (t Text) Add(more Text) Text { return append(t, more...) }

// String returns the characters alone, for notifications and logs.
func (t Text) String() string {
	var b strings.Builder
	for _, run := range t {
		b.WriteString(run.Text)
	}
	return b.String()
}

// Moment writes a time for people: "Mon 23 Nov 2026, 09:00 GMT".
func Moment(at time.Time, loc *time.Location) string {
	return at.In(loc).Format("Mon 2 Jan 2006, 15:04 MST")
}

// Count writes a number with its noun: "1 point", "12 points". The plural adds an s.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Number(n) + " " + noun + "s"
}

// Number writes a whole number with commas between thousands.
func Number(n int) string {
	if n < 0 {
		return "−" + Number(-n)
	}
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Ordinal writes a rank: "1st", "2nd", "11th".
func Ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, suffix)
}
