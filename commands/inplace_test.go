package commands

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// A presser presses everything in messages that says that it opens no form.
type presser struct {
	w       *world
	user    string
	pressed map[string]bool // actions
}

// in presses what stands in a message, and then what stands in the messages that come of it. What was pressed is pressed
// once more, as somebody does who was second.
func (p *presser) in(m *chat.Message, depth int) {
	p.w.t.Helper()
	for _, part := range m.Parts {
		controls, _ := part.(chat.Controls)
		for _, c := range controls {
			var action, value string
			switch c := c.(type) {
			case chat.Button:
				if !c.InPlace {
					continue
				}
				action, value = c.Action, c.Value
			case chat.Choice:
				if !c.InPlace {
					continue
				}
				action, value = c.Action, c.Options[len(c.Options)-1].Value
			}
			p.pressed[action] = true
			for range 2 {
				reply, err := p.w.pressed(p.user, "coffice", action, value)
				if err != nil {
					continue // it becomes a sentence
				}
				if reply.Form != nil || reply.Home != nil || reply.Wrong != nil {
					p.w.t.Errorf("%s %q opens a form: %+v", action, value, reply.Form)
				}
				if reply.Message != nil && reply.Replace && depth > 0 {
					p.in(reply.Message, depth-1)
				}
			}
		}
	}
}

func TestAPressInPlaceNeverOpensAForm(t *testing.T) {
	pressed := map[string]bool{}
	read := func(w *world, kind clarion.DeliveryKind, c clarion.CampaignID, subject string) *chat.Message {
		m, err := w.table.Delivery(t.Context(), w.workspace, clarion.Delivery{Kind: kind, Campaign: c, Subject: subject, Channel: in("dsomebody")}, now)
		must(t, err)
		return m
	}
	typed := func(w *world, line string) *chat.Message {
		r, err := w.typed("helen", "coffice", line)
		must(t, err)
		return r.Message
	}
	for name, message := range map[string]func(w *world) (user string, m *chat.Message){
		"a list of campaigns": func(w *world) (string, *chat.Message) {
			for i := range listedCampaigns + 1 {
				w.planned(clarion.CampaignID(rune('a'+i)), now.Add(time.Hour))
			}
			c, deliveries := w.planned("back", now)
			w.delivered(deliveries[0])
			_, err := w.submitted(actionDropStopped, string(c.ID), nil, now)
			must(t, err)
			return "helen", typed(w, "/drop list")
		},
		"topics":        func(w *world) (string, *chat.Message) { w.topic(nil); return "helen", typed(w, "/drop topics") },
		"a leaderboard": func(w *world) (string, *chat.Message) { w.campaign("spring"); return "helen", typed(w, "/leaderboard") },
		"points":        func(w *world) (string, *chat.Message) { return "helen", typed(w, "/points") },
		"a campaign's report": func(w *world) (string, *chat.Message) {
			w.campaign("spring")
			return "helen", typed(w, "/report campaign")
		},
		"the stores' report":   func(w *world) (string, *chat.Message) { return "helen", typed(w, "/report stores") },
		"bursts":               func(w *world) (string, *chat.Message) { w.burst(); return "helen", typed(w, "/report bursts") },
		"a question about one": func(w *world) (string, *chat.Message) { return "helen", read(w, clarion.BurstDelivery, "", w.burst()) },
		"a suggestion": func(w *world) (string, *chat.Message) {
			return "helen", read(w, clarion.SuggestionDelivery, "", w.suggest(w.topic(map[string]string{"feed": newsFeed}).ID, 0))
		},
		"a question for a yes": func(w *world) (string, *chat.Message) {
			preview, err := w.sentBy(w.from("helen", "coffice"), actionDropWrite, "", asked(nil))
			must(t, err)
			_, err = w.sentBy(w.from("helen", "coffice"), actionDropConfirm, preview.Form.State, nil)
			must(t, err)
			c := w.stored(clarion.CampaignID(preview.Form.State))
			return "amira", read(w, clarion.ApprovalDelivery, c.ID, "0")
		},
	} {
		w := newWorld(t)
		user, m := message(w)
		p := presser{w: w, user: user, pressed: map[string]bool{}}
		if p.in(m, 2); len(p.pressed) == 0 {
			t.Errorf("%s has nothing to press in place", name)
		}
		for action := range p.pressed {
			pressed[action] = true
		}
	}
	for action := range inPlace(t) {
		if !pressed[action] {
			t.Errorf("no message above has a press of %s", action)
		}
	}
}

// inPlace returns the actions of all buttons and choices in the sources that say that they open no form.
func inPlace(t *testing.T) map[string]bool {
	names, err := filepath.Glob("*.go")
	must(t, err)
	values, used := map[string]string{}, map[string]bool{}
	var idents []string
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		must(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				if len(n.Values) == 1 {
					if l, ok := n.Values[0].(*ast.BasicLit); ok {
						values[n.Names[0].Name] = strings.Trim(l.Value, `"`)
					}
				}
			case *ast.CompositeLit:
				fields := map[string]string{}
				for _, e := range n.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok {
						key, _ := kv.Key.(*ast.Ident)
						value, _ := kv.Value.(*ast.Ident)
						if key != nil && value != nil {
							fields[key.Name] = value.Name
						} else if key != nil {
							fields[key.Name] = "…"
						}
					}
				}
				if fields["InPlace"] != "" {
					idents = append(idents, fields["Action"])
				}
			}
			return true
		})
	}
	for _, i := range idents {
		used[values[i]] = true
	}
	if len(used) < 10 {
		t.Fatalf("only %v are found", used)
	}
	return used
}
