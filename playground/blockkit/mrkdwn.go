package blockkit

import (
	"html/template"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// DrawText turns Slack's mrkdwn (https://docs.slack.dev/messaging/formatting-message-text) into safe HTML.
func DrawText(mrkdwn string, o DrawOptions) template.HTML {
	d := newDrawer(o, message, "")
	d.mrkdwn(mrkdwn, true)
	return d.html()
}

// textObject draws a plain_text or mrkdwn object.
func (d *drawer) textObject(t object) {
	s := t.str("text")
	if t.str("type") == "mrkdwn" {
		d.mrkdwn(s, !t.flag("verbatim"))
		return
	}
	if t["emoji"] != false {
		s = emojify(s)
	}
	d.lines(s)
}

// lines draws plain text, keeping its line breaks.
func (d *drawer) lines(s string) {
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			d.raw("<br>")
		}
		d.text(line)
	}
}

// plainOf is a text object's text for a screen reader: no marks, no links.
func plainOf(t object) string {
	s := t.str("text")
	if t.str("type") == "mrkdwn" {
		s = angled.ReplaceAllStringFunc(s, func(m string) string {
			_, label, _ := strings.Cut(m[1:len(m)-1], "|")
			return label
		})
		s = unescape(strings.NewReplacer("*", "", "_", "", "~", "", "`", "").Replace(s))
	}
	return strings.Join(strings.Fields(emojify(s)), " ")
}

var angled = regexp.MustCompile(`<[^<>\n]*>`)

// unescape undoes the only three entities that Slack knows.
func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// mrkdwn draws preformatted parts, then quotes, then lines. auto makes bare web addresses links.
func (d *drawer) mrkdwn(s string, auto bool) {
	for {
		before, rest, ok := strings.Cut(s, "```")
		code, after, closed := strings.Cut(rest, "```")
		if !ok || !closed || code == "" {
			d.quotes(s, auto)
			return
		}
		d.quotes(strings.TrimSuffix(before, "\n"), auto)
		d.open("pre", set("class", "bk-pre"))
		d.text(unescape(strings.TrimPrefix(code, "\n")))
		d.close("pre")
		s = strings.TrimPrefix(after, "\n")
	}
}

// quotes draws runs of lines that begin with ">" as quotes; ">>>" quotes everything after it.
func (d *drawer) quotes(s string, auto bool) {
	if s == "" {
		return
	}
	lines := strings.Split(s, "\n")
	for i := 0; i < len(lines); {
		if body, ok := quoted(lines[i], 3); ok {
			d.quote(append([]string{body}, lines[i+1:]...), auto)
			return
		}
		var run []string
		for i < len(lines) {
			body, ok := quoted(lines[i], 1)
			if !ok {
				break
			}
			run = append(run, body)
			i++
		}
		if run != nil {
			d.quote(run, auto)
			continue
		}
		first := i
		for i < len(lines) {
			if _, ok := quoted(lines[i], 1); ok {
				break
			}
			i++
		}
		d.inlineLines(lines[first:i], auto)
	}
}

// quoted strips depth quote marks off a line.
func quoted(line string, depth int) (body string, ok bool) {
	for range depth {
		switch {
		case strings.HasPrefix(line, ">"):
			line = line[1:]
		case strings.HasPrefix(line, "&gt;"):
			line = line[len("&gt;"):]
		default:
			return "", false
		}
	}
	return strings.TrimPrefix(line, " "), true
}

func (d *drawer) quote(lines []string, auto bool) {
	d.open("blockquote", set("class", "bk-quote"))
	d.inlineLines(lines, auto)
	d.close("blockquote")
}

func (d *drawer) inlineLines(lines []string, auto bool) {
	for i, line := range lines {
		if i > 0 {
			d.raw("<br>")
		}
		d.inline(line, "", auto)
	}
}

// styleTags are the marks of mrkdwn that wrap text.
var styleTags = map[byte]markup{'*': "strong", '_': "em", '~': "s"}

// bareURL is a web address in running text.
var bareURL = regexp.MustCompile(`^https?://[^\s<>|"]+`)

// inline draws one line. open holds the marks around it, which do not open again inside, so that nesting is at
// most three deep.
func (d *drawer) inline(s, open string, auto bool) {
	plain := 0
	flush := func(end int) { d.text(emojify(unescape(s[plain:end]))) }
	for i := 0; i < len(s); {
		size, draw := d.span(s, i, open, auto)
		if draw == nil {
			i++
			continue
		}
		flush(i)
		draw()
		i += size
		plain = i
	}
	flush(len(s))
}

// span recognises what begins at s[i] and is not plain text: its length and how to draw it; nil for plain text.
func (d *drawer) span(s string, i int, open string, auto bool) (size int, draw func()) {
	rest := s[i:]
	switch ch := s[i]; ch {
	case '<':
		if end := strings.IndexByte(rest, '>'); end > 1 {
			return end + 1, func() { d.angle(rest[1:end]) }
		}
	case '`':
		if end := strings.IndexByte(rest[1:], '`'); end > 0 {
			return end + 2, func() { d.leaf("code", unescape(rest[1:end+1]), set("class", "bk-code")) }
		}
	case '*', '_', '~':
		if strings.IndexByte(open, ch) >= 0 || !boundaryBefore(s, i) {
			return 0, nil
		}
		if end := closing(rest, ch); end > 0 {
			return end + 1, func() {
				d.open(styleTags[ch])
				d.inline(rest[1:end], open+string(rune(ch)), auto)
				d.close(styleTags[ch])
			}
		}
	case 'h':
		if !auto || !boundaryBefore(s, i) {
			return 0, nil
		}
		if u := strings.TrimRight(bareURL.FindString(rest), ".,;:!?)'*_~"); len(u) > len("https://") {
			return len(u), func() { d.anchor(unescape(u), unescape(u)) }
		}
	}
	return 0, nil
}

// boundaryBefore says whether a mark at s[i] stands at the start of a word.
func boundaryBefore(s string, i int) bool {
	if i == 0 {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// closing finds the mark that closes the one at s[0]: after something that is no space, at the end of a word,
// outside of <…> and `…`. 0 when there is none.
func closing(s string, mark byte) int {
	if len(s) < 3 || s[1] == ' ' || s[1] == mark {
		return 0
	}
	for j := 1; j < len(s); j++ {
		switch s[j] {
		case '<', '`':
			until := byte('>')
			if s[j] == '`' {
				until = '`'
			}
			if end := strings.IndexByte(s[j+1:], until); end >= 0 {
				j += end + 1
			}
		case mark:
			next, _ := utf8.DecodeRuneInString(s[j+1:])
			if j > 1 && s[j-1] != ' ' && !unicode.IsLetter(next) && !unicode.IsDigit(next) {
				return j
			}
		}
	}
	return 0
}
