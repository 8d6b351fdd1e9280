package commands

import (
	"strings"
	"unicode"
	"unicode/utf8"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// shortened makes a text one line, cut at a word so that it has at most n characters.
func shortened(s string, n int) string { return clarion.Cut(strings.Join(strings.Fields(s), " "), n) }

// listed writes "A", "A and B" or "A, B and C".
func listed(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// first returns the first n code points of a text.
func first(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// spoken makes a text of our sentence: a command of the table in it becomes a run that each platform shows as it is typed
// there. What stands between “ and ” is somebody else's word, and is left alone.
func (t *Table) spoken(s string) chat.Text {
	var text chat.Text
	said, quoted, before := 0, false, ' '
	for i, r := range s {
		switch {
		case i < said: // within a command
		case r == '“' || r == '”':
			quoted = r == '“'
		case r == '/' && !quoted && !wordly(before):
			if line := t.lineAt(s[i:]); line != "" {
				text = text.Say(s[said:i]).Command(line)
				said = i + len(line)
			}
		}
		before = r
	}
	if said == len(s) && said > 0 {
		return text
	}
	return text.Say(s[said:])
}

// lineAt returns the longest command that s begins with, or "".
func (t *Table) lineAt(s string) string {
	longest := ""
	for _, c := range t.commands {
		rest, ok := strings.CutPrefix(s, c.Line())
		next, _ := utf8.DecodeRuneInString(rest)
		if ok && (rest == "" || !wordly(next)) && len(c.Line()) > len(longest) {
			longest = c.Line()
		}
	}
	return longest
}

// wordly says whether a word goes on with the rune.
func wordly(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' || r == '/'
}
