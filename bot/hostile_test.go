package bot

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/playground/blockkit"
)

// evil is everything that Slack could read as markup, in words that nothing else has.
const evil = "*boldevil* _italevil_ ~strikeevil~ `codeevil` :tada: <@U1> <!channel> @channel #evil [x](http://evil.example) <http://evil.example|click> http://evil.example/x &lt;@U1&gt;"

// harm is how the drawn HTML shows that something of evil was read as markup.
var harm = []*regexp.Regexp{
	regexp.MustCompile(`<strong>boldevil`), regexp.MustCompile(`<em>italevil`), regexp.MustCompile(`<s>strikeevil`),
	regexp.MustCompile(`<code[^>]*>codeevil`), regexp.MustCompile(`bk-mention[^>]*>@(U1|channel)`),
	regexp.MustCompile(`href="http://evil`), regexp.MustCompile(`<blockquote`),
}

func TestTheJudgeOfHostileTextSeesHarm(t *testing.T) {
	html := string(blockkit.DrawText("> quoted\n"+evil, blockkit.DrawOptions{}))
	for _, h := range harm {
		if !h.MatchString(html) {
			t.Errorf("%s is not seen in %s", h, html)
		}
	}
}

func harmless(t *testing.T, name string, d drawn) {
	t.Helper()
	if problems := d.problems(); len(problems) > 0 {
		t.Errorf("Slack refuses %s: %v", name, problems)
	}
	if d.Teams != nil {
		inTeamsHarmless(t, name, d.Teams)
	}
	html := d.html()
	for _, h := range harm {
		if found := h.FindString(html); found != "" {
			i := strings.Index(html, found)
			t.Errorf("%s reads a person's text as markup: …%s…", name, html[max(0, i-200):min(len(html), i+200)])
		}
	}
	for _, text := range textObjects(t, d) {
		if text.Type == "mrkdwn" && (!text.Verbatim || strings.Contains(string(blockkit.DrawText(text.Text, blockkit.DrawOptions{})), "🎉")) {
			t.Errorf("%s has an emoji, or lets Slack look for mentions: %+v", name, text)
		}
		if text.Type == "plain_text" && (text.Emoji == nil || *text.Emoji) {
			t.Errorf("%s lets Slack look for emoji in %q", name, text.Text)
		}
	}
	for _, ping := range []string{"<!", "<@U1", "<http"} {
		if strings.Contains(d.Text, ping) {
			t.Errorf("%s has %s in its text: %s", name, ping, d.Text)
		}
	}
}

type textObject struct {
	Type, Text string
	Verbatim   bool
	Emoji      *bool
}

// textObjects returns every text object of a message or view.
func textObjects(t *testing.T, d drawn) []textObject {
	t.Helper()
	var found []textObject
	var walk func(raw json.RawMessage)
	walk = func(raw json.RawMessage) {
		var list []json.RawMessage
		var fields map[string]json.RawMessage
		switch {
		case len(raw) == 0:
		case json.Unmarshal(raw, &list) == nil:
			for _, each := range list {
				walk(each)
			}
		case json.Unmarshal(raw, &fields) == nil:
			var text textObject
			if json.Unmarshal(raw, &text) == nil && (text.Type == "mrkdwn" || text.Type == "plain_text") {
				found = append(found, text)
			}
			for _, each := range fields {
				walk(each)
			}
		}
	}
	walk(d.Blks)
	walk(d.View)
	return found
}

// TestHostileNamesAndTextsAreShownAsTheyAre plays everything with 120 stores, and names and words that are as
// long and as ill-meant as imports and forms allow.
func TestHostileNamesAndTextsAreShownAsTheyAre(t *testing.T) {
	c := nice()
	cut := func(s string, n int) string { return string([]rune(s)[:n]) }
	for i := range c.stores {
		c.stores[i].Name, c.stores[i].Region = cut(fmt.Sprintf("*boldevil* :tada: %d <!channel> _italevil_ `codeevil` > <@U1> http://evil.example", i), 70), cut(evil, 70)
	}
	last := len(c.stores)
	for i := range 120 {
		s := clarion.Store{ID: clarion.StoreID(fmt.Sprintf("s%d", i)), Name: cut(">"+evil, 70), Region: fmt.Sprintf("%d %s", i%30, cut(evil, 60))}
		if i < 110 {
			s.Channels = []clarion.Channel{{Platform: clarion.Slack, ID: fmt.Sprintf("C%05d", i)}}
		}
		c.stores = append(c.stores[:last-1], append([]clarion.Store{s}, c.stores[last-1:]...)...)
	}
	c.partners = []string{"> " + evil, strings.Repeat("x", 3000), strings.Repeat(evil, 20), ""}
	c.campaign.Title = cut(evil, clarion.MaxTitle)
	c.campaign.Text = cut(strings.Repeat("> "+evil+"\n", 40), clarion.MaxText)
	c.campaign.Target = "https://shop.example/?" + strings.Repeat("&a=|<>*b*_c_`d`:tada:", 80)
	c.campaign.Image = c.campaign.Target
	c.campaign.Disclosure = cut(evil, clarion.MaxDisclosure)
	c.campaign.Captions = []clarion.Caption{{Text: evil}, {Text: cut(strings.Repeat(evil, 10), clarion.MaxCaption)}, {Network: clarion.X, Text: evil}}
	for name, d := range play(t, c) {
		harmless(t, name, d)
	}
}

// TestEveryPartSurvivesWhatIsPutIntoIt draws each kind of part with texts of up to 3,000 characters and lists of
// up to 150 entries, and with nothing.
func TestEveryPartSurvivesWhatIsPutIntoIt(t *testing.T) {
	for name, text := range map[string]string{
		"evil": evil, "3,000 characters": strings.Repeat("é", 3000), "3,000 marks": strings.Repeat("*_~`:<>&|", 334), "long evil": strings.Repeat(evil+" ", 60),
		"one sign": "<", "spaces": "   ", "nothing": "", "invalid": "a\xff*b\xc3", "lines": strings.Repeat("> *boldevil*\n", 250), "emoji": strings.Repeat("👩🏽‍🌾", 700),
	} {
		for _, many := range []int{0, 1, 21, 150} {
			if many > 1 && len(text) > 1000 || many == 150 && len(text) > 10 && text != evil {
				continue // slow, and covered by the others
			}
			t.Run(fmt.Sprintf("%s, %d", name, many), func(t *testing.T) {
				runs := chat.Say(text).Bold(text).Italic(text).Code(text).Link("https://shop.example/|<>", text).
					At(monday, time.UTC).Say(text)
				if text == "" {
					runs = chat.Text{}.Bold("")
				}
				facts, bars, rows, options, controls := chat.Facts{}, []chat.Bar{}, [][]chat.Text{}, []chat.Option{}, chat.Controls{}
				for i := range many {
					facts = append(facts, chat.Fact{Label: text, Value: runs})
					bars = append(bars, chat.Bar{Label: text, Value: i})
					rows = append(rows, []chat.Text{chat.Say(text), chat.Say(fmt.Sprint(i))})
					options = append(options, chat.Option{Value: fmt.Sprint(i), Label: text, Group: text + fmt.Sprint(i/40)})
					controls = append(controls, chat.Button{Label: text, Action: "a", Value: fmt.Sprint(i), Address: "https://shop.example", Look: chat.Primary})
				}
				if len(facts) > 30 {
					facts = facts[:30]
				}
				parts := []chat.Part{
					chat.Heading(text), chat.Paragraphs(runs), chat.Paragraph{Text: runs, Thumbnail: &chat.Picture{Address: "https://shop.example/x.png", Alt: text}},
					chat.Note(runs), chat.Note(chat.Say(text)), chat.Line{}, chat.Picture{Address: "https://shop.example/x.png", Alt: text}, chat.Copyable(text),
					chat.Table{Columns: []chat.Column{{Title: text}, {Title: "Points", Numbers: true}}, Rows: rows, Marked: many - 1},
					chat.Chart{Title: text, Unit: text, Bars: bars}, facts, controls,
				}
				if many > 0 {
					parts = append(parts, chat.Controls{chat.Choice{Label: text, Action: "b", Options: options, Chosen: "0"}})
				}
				m := &chat.Message{Summary: text, Parts: parts}
				if strings.TrimSpace(text) == "" {
					m.Summary = "Something"
				}
				harmless(t, "message", drawMessage(t, m, inMessage))
				harmless(t, "plain message", drawMessage(t, m, inPlainMessage))
				if many > 0 {
					parts = append(parts,
						chat.Input{Name: "a", Label: text, Hint: text, Field: chat.SelectField{Options: options, Initial: "0", Placeholder: text}},
						chat.Input{Name: "b", Label: text, Field: chat.MultiSelectField{Options: options, Initial: []string{"0", "gone"}}},
						chat.Input{Name: "c", Label: text, Field: chat.CheckField{Options: options[:min(many, 10)], Initial: []string{"0"}}},
						chat.Input{Name: "d", Label: text, Field: chat.RadioField{Options: options[:min(many, 10)], Initial: "0"}})
				}
				parts = append(parts, chat.Input{Name: "e", Label: text, Hint: text, Field: chat.TextField{Placeholder: text, Lines: true}},
					chat.Input{Name: "f", Label: text, Field: chat.AddressField{}}, chat.Input{Name: "g", Label: text, Field: chat.MomentField{}})
				harmless(t, "form", drawForm(t, &chat.Form{Action: "x", Title: text, Submit: "Go", Close: text, Parts: parts}))
			})
		}
	}
}

func TestACutTextLeavesNoMarkOpen(t *testing.T) {
	text := chat.Say(strings.Repeat("a", 90)).Link("https://shop.example/x", "label").Bold("bold words").Code("code")
	for most := range 160 {
		if most < 2 {
			continue
		}
		s := mrkdwn(text, most)
		if n := len([]rune(s)); n > most {
			t.Errorf("%d code points, want at most %d", n, most)
		}
		if strings.Count(s, "<") != strings.Count(s, ">") || strings.Count(s, "*")%2 != 0 || strings.Count(s, "`")%2 != 0 {
			t.Errorf("cut to %d: %s", most, s)
		}
	}
	if s := mrkdwn(text, 1000); strings.Contains(s, "…") {
		t.Errorf("a text that fits was cut: %s", s)
	}
}
