package bot

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// teamsName is what people call the bot in Teams: its name in the app's manifest.
const teamsName = "Clarion"

// textLines takes a text apart at its line breaks.
func textLines(t chat.Text) []chat.Text {
	lines := []chat.Text{nil}
	for _, run := range t {
		for i, part := range strings.Split(run.Text, "\n") {
			if i > 0 {
				lines = append(lines, nil)
			}
			piece := run
			piece.Text = part
			if part != "" || !run.Person.IsZero() || !run.Channel.IsZero() {
				lines[len(lines)-1] = append(lines[len(lines)-1], piece)
			}
		}
	}
	return lines
}

// needsMarkdown says whether a line has something that only a TextBlock can show on all clients: a link, or a person's
// mention. Links in rich text have come out as plain lines (https://github.com/microsoft/AdaptiveCards/issues/8637).
func needsMarkdown(t chat.Text) bool {
	return slices.ContainsFunc(t, func(run chat.Run) bool { return run.Link != "" || mentioned(run) })
}

// mentioned says whether the run is a person whom Teams can tell of it. It wants a name for each.
func mentioned(run chat.Run) bool {
	return run.Person.Platform == clarion.Teams && run.Person.ID != "" && atName(run.Text) != ""
}

// shownAs is what a run says to somebody who reads it in Teams, with nothing in it that a card reads as a function.
func shownAs(run chat.Run) string {
	switch {
	case !run.Moment.IsZero():
		at := run.Moment.UTC().Format("2006-01-02T15:04:05Z")
		return "{{DATE(" + at + ", SHORT)}}, {{TIME(" + at + ")}}"
	case !run.Person.IsZero() && run.Text == "":
		return "somebody in " + platformName(run.Person.Platform)
	case !run.Channel.IsZero() && (run.Text == "" || run.Text == run.Channel.ID):
		return "a channel in " + platformName(run.Channel.Platform)
	case run.Style == chat.Command:
		return typedLine(run.Text)
	}
	return withoutFunctions(run.Text)
}

// typedLine is how a command of the table is typed in Teams.
func typedLine(line string) string {
	return "@" + teamsName + " " + strings.TrimPrefix(strings.TrimPrefix(line, "/clarion "), "/")
}

func platformName(p clarion.Platform) string {
	if p == clarion.Slack {
		return "Slack"
	}
	return "Teams"
}

// textRuns draws a line without links as pieces in which nothing is read as markup.
func textRuns(t chat.Text, look textRun) []textRun {
	runs := make([]textRun, 0, len(t))
	for _, run := range t {
		piece := look
		piece.Type, piece.Text = "TextRun", shownAs(run)
		switch run.Style {
		case chat.Bold:
			piece.Weight = "Bolder"
		case chat.Italic:
			piece.Italic = true
		case chat.Code, chat.Command:
			piece.FontType = "Monospace"
		}
		runs = append(runs, piece)
	}
	return runs
}

// teamsMarkdown writes a line in the Markdown of a TextBlock, and says whom it mentions.
func teamsMarkdown(t chat.Text) (string, []cardMention) {
	var b strings.Builder
	var mentions []cardMention
	for i, run := range t {
		switch {
		case mentioned(run):
			m := mention(run.Person, run.Text)
			mentions = append(mentions, m)
			b.WriteString(m.Text)
		case run.Link != "":
			b.WriteString("[" + withoutMarkdown(cmp.Or(run.Text, run.Link), false) + "](" + markdownAddress(run.Link) + ")")
		default:
			b.WriteString(markdownRun(run, i == 0))
		}
	}
	return b.String(), mentions
}

func markdownRun(run chat.Run, begins bool) string {
	s := shownAs(run)
	if !run.Moment.IsZero() {
		return s
	}
	mark := map[chat.Style]string{chat.Bold: "**", chat.Command: "**", chat.Code: "**", chat.Italic: "_"}[run.Style]
	inner := strings.TrimSpace(s)
	if mark == "" || inner == "" {
		return withoutMarkdown(s, begins)
	}
	before, after, _ := strings.Cut(s, inner)
	return before + mark + withoutMarkdown(inner, false) + mark + after
}

// mention tells a person, whom the text names, that it does.
func mention(p chat.Person, name string) cardMention {
	m := cardMention{Type: "mention", Text: "<at>" + atName(name) + "</at>"}
	m.Mentioned.ID, m.Mentioned.Name = p.ID, atName(name)
	return m
}

// atName is a name as it can stand in a mention: without the signs that Markdown and tags are made of.
func atName(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune("<>[]()*_`~\\&{}|#", r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)), " ")
}

// withoutMarkdown writes what a person typed so that Teams reads no Markdown in it. Escapes by a backslash are shown with
// the backslash on phones (https://github.com/microsoft/AdaptiveCards/issues/7474), so a mark is shown by the sign that
// looks most like it, and what makes a link, a picture, a tag or a character of HTML is broken by a zero-width space.
// Begins says that it stands at the start of a line, where some signs begin a heading, a list or a quote.
func withoutMarkdown(s string, begins bool) string {
	s = strings.TrimLeft(s, "\t")
	if begins {
		s = strings.TrimLeft(s, " ")
		if beginsBlock(s) {
			s = zeroWidthSpace + s
		}
	}
	if !strings.ContainsAny(s, "*_~`]<&\\!") {
		return s
	}
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		switch shown, mark := lookalike(runes, i); {
		case mark:
			b.WriteString(shown)
		case strings.ContainsRune("]<&\\", r), r == '!' && i+1 < len(runes) && runes[i+1] == '[':
			b.WriteRune(r)
			b.WriteString(zeroWidthSpace)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// beginsBlock says whether a line that starts so would be a heading, a list, a quote or a rule.
func beginsBlock(s string) bool {
	if s == "" {
		return false
	}
	number := strings.TrimLeft(s, "0123456789")
	return strings.ContainsRune("#-+>=", rune(s[0])) || number != s && number != "" && strings.ContainsRune(".)", rune(number[0]))
}

// withoutFunctions breaks what Teams would read as a function, {{DATE(…)}}
// (https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features#datetime-formatting-and-localization).
func withoutFunctions(s string) string { return strings.ReplaceAll(s, "{{", "{"+zeroWidthSpace+"{") }

var markdownAddresses = strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E", "\\", "%5C")

func markdownAddress(s string) string { return markdownAddresses.Replace(s) }
