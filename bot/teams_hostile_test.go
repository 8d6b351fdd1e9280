package bot

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// teamsHarm is how Markdown of a card shows that something of evil would be read as markup.
var teamsHarm = []*regexp.Regexp{
	regexp.MustCompile(`\*boldevil`), regexp.MustCompile(`(^|[^\pL\pN])_italevil`), regexp.MustCompile(`~strikeevil`),
	regexp.MustCompile("`codeevil"), regexp.MustCompile(`\]\(http://evil`), regexp.MustCompile(`<[@!hb]`), regexp.MustCompile(`&(lt|gt|amp)`),
	regexp.MustCompile(`^\s*>`),
}

// ownFunctions are the dates that the bot itself puts into a card.
var ownFunctions = regexp.MustCompile(`\{\{(DATE\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, SHORT|TIME\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\)\}\}`)

// inTeamsHarmless fails the test when a card would read something of a person's text as markup, or is larger than Teams
// takes. Rich text, labels and buttons have no markup: only the texts of TextBlocks and of choices do.
func inTeamsHarmless(t *testing.T, name string, raw json.RawMessage) {
	t.Helper()
	var tree any
	must(t, json.Unmarshal(raw, &tree))
	var marked []string
	var walkTree func(any)
	walkTree = func(node any) {
		switch n := node.(type) {
		case []any:
			for _, each := range n {
				walkTree(each)
			}
		case map[string]any:
			if s, ok := n["text"].(string); ok && n["type"] == "TextBlock" {
				marked = append(marked, s)
			}
			if choices, ok := n["choices"].([]any); ok {
				for _, c := range choices {
					marked = append(marked, c.(map[string]any)["title"].(string))
				}
			}
			for key, each := range n {
				if s, ok := each.(string); ok && (key == "text" || key == "title" || key == "label") && strings.Contains(ownFunctions.ReplaceAllString(s, ""), "{{") {
					t.Errorf("%s has a function that a person typed: %q", name, s)
				}
				walkTree(each)
			}
		}
	}
	walkTree(tree)
	for _, s := range marked {
		for _, h := range teamsHarm {
			if found := h.FindString(s); found != "" {
				t.Errorf("%s reads a person's text as markup (%q): %q", name, found, s)
			}
		}
	}
	if isMessage := strings.Contains(string(raw[:min(60, len(raw))]), `"message"`); isMessage && len(compact(t, raw)) > 28<<10 {
		t.Errorf("%s has %d bytes", name, len(compact(t, raw)))
	}
}

func compact(t *testing.T, raw json.RawMessage) []byte {
	t.Helper()
	var v any
	must(t, json.Unmarshal(raw, &v))
	out, err := json.Marshal(v)
	must(t, err)
	return out
}

func TestTheJudgeOfHostileTextInTeamsSeesHarm(t *testing.T) {
	for _, h := range teamsHarm {
		if !h.MatchString("> "+evil) && !h.MatchString(evil) {
			t.Errorf("%s is not seen in %s", h, evil)
		}
	}
}

func TestInTeamsNothingThatAPersonTypesIsMarkup(t *testing.T) {
	const z = zeroWidthSpace
	for typed, want := range map[string]string{
		"Sam Hill": "Sam Hill", "[x](http://evil)": "[x]" + z + "(http://evil)", "**b**": "∗∗b∗∗", "a*b_c": "a*b_c", "_it_": "ˍitˍ",
		"<at>y</at>": "<" + z + "at>y<" + z + "/at>", "1. x": z + "1. x", "1) x": z + "1) x", "# x": z + "# x", "- x": z + "- x", "> x": z + "> x",
		"&amp;": "&" + z + "amp;", "![i](u)": "!" + z + "[i]" + z + "(u)", `\*`: `\` + z + "∗", "    code": "code", "2026 was": "2026 was", "": "",
	} {
		if got := withoutMarkdown(typed, true); got != want {
			t.Errorf("%q is written %q, want %q", typed, got, want)
		}
	}
	if got := withoutFunctions("{{DATE(2020-01-01T00:00:00Z)}}"); strings.Contains(got, "{{") {
		t.Errorf("a date function is left: %q", got)
	}
}

func TestAMentionInTeamsHasThePersonsNameAndNothingThatIsMarkup(t *testing.T) {
	helen := chat.Person{Platform: clarion.Teams, ID: helenInTeams, Name: "Helen <b>[x](http://evil)*"}
	text, mentions := teamsMarkdown(chat.Text{}.Mention(helen).Say(" released it."))
	if text != "<at>Helen b x http://evil</at> released it." || len(mentions) != 1 || mentions[0].Mentioned.ID != helenInTeams || !strings.HasPrefix(text, mentions[0].Text) {
		t.Errorf("%q mentions %+v", text, mentions)
	}
	slack := chat.Person{Platform: clarion.Slack, ID: "U1"}
	if text, mentions := teamsMarkdown(chat.Text{}.Mention(slack).Link("https://a.example", "x")); len(mentions) != 0 || strings.Contains(text, "U1") {
		t.Errorf("a person of Slack is %q, %+v", text, mentions)
	}
}

func TestACommandIsShownAsItIsTypedInEachPlatform(t *testing.T) {
	text := chat.Say("Type ").Command("/drop list").Say(" or ").Command("/clarion help")
	c := renderTeams(chat.Simple(text))
	shows(t, marshal(t, c), "@Clarion drop list", "@Clarion help")
	if got := mrkdwn(text, 1000); got != "Type `/drop list` or `/clarion help`" {
		t.Errorf("Slack has %q", got)
	}
}

func TestACardThatIsCutMentionsNobodyWhoIsCutOff(t *testing.T) {
	helen, amira := chat.Person{Platform: clarion.Teams, ID: helenInTeams, Name: "Helen"}, chat.Person{Platform: clarion.Teams, ID: amiraInTeams, Name: "Amira"}
	m := &chat.Message{Summary: "Long", Parts: []chat.Part{chat.Paragraphs(chat.Text{}.Mention(helen))}}
	for range 40 {
		m.Parts = append(m.Parts, chat.Paragraphs(chat.Say(strings.Repeat("word ", 200))))
	}
	m.Parts = append(m.Parts, chat.Paragraphs(chat.Text{}.Mention(amira)))
	c := renderTeams(m).Content
	if n := size(c); n > 28<<10 || len(c.Teams.Entities) != 1 || c.Teams.Entities[0].Mentioned.Name != "Helen" || !c.says("<at>Helen</at>") || c.says("<at>Amira</at>") {
		t.Errorf("%d bytes, and it mentions %+v", n, c.Teams.Entities)
	}
	inTeamsHarmless(t, "a long message", marshal(t, outgoing(m.Summary, renderTeams(m))))
}
