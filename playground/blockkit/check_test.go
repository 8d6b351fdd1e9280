package blockkit

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// A limit is one row of limits: in JSON, § stands for the longest text that is accepted, or for the most items.
type limit struct {
	what string
	most int
	path string // where one more is refused
	json string
	item string // of a list; # is its index. Empty: § is text
}

const (
	optionItem = `{"text":{"type":"plain_text","text":"o"},"value":"v#"}`
	one        = `[{"text":{"type":"plain_text","text":"o"},"value":"v0"}]`
)

func section(text string) string { return `[{"type":"section","text":` + text + `}]` }

// element puts an element into an input block, the widest home of elements.
func element(el string) string {
	return `[{"type":"input","label":{"type":"plain_text","text":"l"},"element":` + el + `}]`
}

func action(el string) string { return `[{"type":"actions","elements":[` + el + `]}]` }

func button(more string) string {
	return action(`{"type":"button","text":{"type":"plain_text","text":"b"},` + more + `}`)
}

func confirm(part string) string {
	return button(`"confirm":{"text":{"type":"plain_text","text":"t"},` + part + `}`)
}

func pie(segments string) string {
	return `[{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[` + segments + `]}}]`
}

func bar(series, axis string) string {
	return `[{"type":"data_visualization","title":"t","chart":{"type":"bar","series":[` + series + `],"axis_config":{` + axis + `}}}]`
}

// messageLimits are judged as the blocks of a message.
var messageLimits = []limit{
	{"blocks of a message", 50, "/blocks", `[§]`, `{"type":"divider"}`},
	{"block_id", 255, "/blocks/0/block_id", `[{"type":"divider","block_id":"§"}]`, ""},
	{"section mrkdwn text", 3000, "/blocks/0/text/text", section(`{"type":"mrkdwn","text":"§"}`), ""},
	{"section plain text", 3000, "/blocks/0/text/text", section(`{"type":"plain_text","text":"§"}`), ""},
	{"section fields", 10, "/blocks/0/fields", `[{"type":"section","fields":[§]}]`, `{"type":"mrkdwn","text":"f"}`},
	{"section field text", 2000, "/blocks/0/fields/0/text", `[{"type":"section","fields":[{"type":"mrkdwn","text":"§"}]}]`, ""},
	{"header text", 150, "/blocks/0/text/text", `[{"type":"header","text":{"type":"plain_text","text":"§"}}]`, ""},
	{"context elements", 10, "/blocks/0/elements", `[{"type":"context","elements":[§]}]`, `{"type":"mrkdwn","text":"f"}`},
	{"context text", 3000, "/blocks/0/elements/0/text", `[{"type":"context","elements":[{"type":"mrkdwn","text":"§"}]}]`, ""},
	{"image alt_text", 2000, "/blocks/0/alt_text", `[{"type":"image","image_url":"https://e.com/i","alt_text":"§"}]`, ""},
	{"image title", 2000, "/blocks/0/title/text", `[{"type":"image","image_url":"https://e.com/i","alt_text":"a","title":{"type":"plain_text","text":"§"}}]`, ""},
	{"image URL", 3000 - len("https://e.com/"), "/blocks/0/image_url", `[{"type":"image","image_url":"https://e.com/§","alt_text":"a"}]`, ""},
	{"image element alt_text", 2000, "/blocks/0/accessory/alt_text", `[{"type":"section","text":{"type":"mrkdwn","text":"t"},"accessory":{"type":"image","image_url":"https://e.com/i","alt_text":"§"}}]`, ""},
	{"actions elements", 25, "/blocks/0/elements", action(`§`), `{"type":"button","action_id":"a#","text":{"type":"plain_text","text":"b"}}`},
	{"input label", 2000, "/blocks/0/label/text", `[{"type":"input","label":{"type":"plain_text","text":"§"},"element":{"type":"plain_text_input"}}]`, ""},
	{"input hint", 2000, "/blocks/0/hint/text", `[{"type":"input","label":{"type":"plain_text","text":"l"},"hint":{"type":"plain_text","text":"§"},"element":{"type":"plain_text_input"}}]`, ""},
	{"markdown text", 12000, "/blocks/0/text", `[{"type":"markdown","text":"§"}]`, ""},

	{"button text", 75, "/blocks/0/elements/0/text/text", action(`{"type":"button","text":{"type":"plain_text","text":"§"}}`), ""},
	{"button value", 2000, "/blocks/0/elements/0/value", button(`"value":"§"`), ""},
	{"button URL", 3000 - len("https://e.com/"), "/blocks/0/elements/0/url", button(`"url":"https://e.com/§"`), ""},
	{"button accessibility_label", 75, "/blocks/0/elements/0/accessibility_label", button(`"accessibility_label":"§"`), ""},
	{"action_id", 255, "/blocks/0/elements/0/action_id", button(`"action_id":"§"`), ""},
	{"confirm title", 100, "/blocks/0/elements/0/confirm/title/text", confirm(`"title":{"type":"plain_text","text":"§"}`), ""},
	{"confirm text", 300, "/blocks/0/elements/0/confirm/text/text", button(`"confirm":{"text":{"type":"mrkdwn","text":"§"}}`), ""},
	{"confirm button", 30, "/blocks/0/elements/0/confirm/confirm/text", confirm(`"confirm":{"type":"plain_text","text":"§"}`), ""},
	{"confirm deny", 30, "/blocks/0/elements/0/confirm/deny/text", confirm(`"deny":{"type":"plain_text","text":"§"}`), ""},

	{"select options", 100, "/blocks/0/elements/0/options", action(`{"type":"static_select","options":[§]}`), optionItem},
	{"select option groups", 100, "/blocks/0/elements/0/option_groups", action(`{"type":"static_select","option_groups":[§]}`), `{"label":{"type":"plain_text","text":"g"},"options":` + one + `}`},
	{"options of a group", 100, "/blocks/0/elements/0/option_groups/0/options", action(`{"type":"static_select","option_groups":[{"label":{"type":"plain_text","text":"g"},"options":[§]}]}`), optionItem},
	{"label of a group", 75, "/blocks/0/elements/0/option_groups/0/label/text", action(`{"type":"multi_static_select","option_groups":[{"label":{"type":"plain_text","text":"§"},"options":` + one + `}]}`), ""},
	{"option text", 75, "/blocks/0/elements/0/options/0/text/text", action(`{"type":"static_select","options":[{"text":{"type":"plain_text","text":"§"},"value":"v"}]}`), ""},
	{"option value", 150, "/blocks/0/elements/0/options/0/value", action(`{"type":"static_select","options":[{"text":{"type":"plain_text","text":"t"},"value":"§"}]}`), ""},
	{"option description", 75, "/blocks/0/elements/0/options/0/description/text", action(`{"type":"static_select","options":[{"text":{"type":"plain_text","text":"t"},"value":"v","description":{"type":"plain_text","text":"§"}}]}`), ""},
	{"select placeholder", 150, "/blocks/0/elements/0/placeholder/text", action(`{"type":"users_select","placeholder":{"type":"plain_text","text":"§"}}`), ""},
	{"multi select options", 100, "/blocks/0/elements/0/options", action(`{"type":"multi_static_select","options":[§]}`), optionItem},
	{"overflow options", 5, "/blocks/0/elements/0/options", action(`{"type":"overflow","options":[§]}`), optionItem},
	{"overflow option URL", 3000 - len("https://e.com/"), "/blocks/0/elements/0/options/0/url", action(`{"type":"overflow","options":[{"text":{"type":"plain_text","text":"t"},"value":"v","url":"https://e.com/§"}]}`), ""},
	{"checkboxes", 10, "/blocks/0/elements/0/options", action(`{"type":"checkboxes","options":[§]}`), optionItem},
	{"radio buttons", 10, "/blocks/0/elements/0/options", action(`{"type":"radio_buttons","options":[§]}`), optionItem},
	{"date placeholder", 150, "/blocks/0/elements/0/placeholder/text", action(`{"type":"datepicker","placeholder":{"type":"plain_text","text":"§"}}`), ""},
	{"text placeholder", 150, "/blocks/0/element/placeholder/text", element(`{"type":"plain_text_input","placeholder":{"type":"plain_text","text":"§"}}`), ""},
	{"text initial_value", 3000, "/blocks/0/element/initial_value", element(`{"type":"plain_text_input","initial_value":"§"}`), ""},
	{"filter kinds", 4, "/blocks/0/element/filter/include", element(`{"type":"conversations_select","filter":{"include":[§]}}`), `"im"`},
	{"dispatch triggers", 2, "/blocks/0/element/dispatch_action_config/trigger_actions_on", element(`{"type":"plain_text_input","dispatch_action_config":{"trigger_actions_on":[§]}}`), `"on_enter_pressed"`},
	{"context actions", 5, "/blocks/0/elements", `[{"type":"context_actions","elements":[§]}]`, `{"type":"icon_button","action_id":"a#","icon":"trash","text":{"type":"plain_text","text":"t"}}`},

	{"table rows", 100, "/blocks/0/rows", `[{"type":"table","rows":[§]}]`, `[{"type":"raw_text","text":"c"}]`},
	{"table columns", 20, "/blocks/0/rows/0", `[{"type":"table","rows":[[§]]}]`, `{"type":"raw_text","text":"c"}`},
	{"table column settings", 20, "/blocks/0/column_settings", `[{"type":"table","column_settings":[§],"rows":[[{"type":"raw_text","text":"c"}]]}]`, `{"align":"left"}`},
	{"data table rows with the header", 101, "/blocks/0/rows", `[{"type":"data_table","caption":"c","rows":[§]}]`, `[{"type":"raw_text","text":"c"}]`},
	{"data table columns", 20, "/blocks/0/rows/0", `[{"type":"data_table","caption":"c","rows":[[§],[§]]}]`, `{"type":"raw_text","text":"c"}`},
	{"data table characters", 10000 - 2, "/blocks/0/rows", `[{"type":"data_table","caption":"c","rows":[[{"type":"raw_text","text":"hh"}],[{"type":"raw_text","text":"§"}]]}]`, ""},
	{"chart title", 50, "/blocks/0/title", `[{"type":"data_visualization","title":"§","chart":{"type":"pie","segments":[{"label":"a","value":1}]}}]`, ""},
	{"charts of a message", 2, "/blocks", `[§]`, `{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[{"label":"a","value":1}]}}`},
	{"tables of a message", 1, "/blocks", `[§]`, `{"type":"table","rows":[[{"type":"raw_text","text":"c"}]]}`},
	{"pie segments", 6, "/blocks/0/chart/segments", pie(`§`), `{"label":"a#","value":1}`},
	{"pie label", 20, "/blocks/0/chart/segments/0/label", pie(`{"label":"§","value":1}`), ""},
	{"series", 6, "/blocks/0/chart/series", bar(`§`, `"categories":["c"]`), `{"name":"s#","data":[{"label":"c","value":1}]}`},
	{"series name", 20, "/blocks/0/chart/series/0/name", bar(`{"name":"§","data":[{"label":"c","value":1}]}`, `"categories":["c"]`), ""},
	{"category", 20, "/blocks/0/chart/axis_config/categories/0", bar(`{"name":"s","data":[{"label":"§","value":1}]}`, `"categories":["§"]`), ""},
	{"axis label", 50, "/blocks/0/chart/axis_config/x_label", bar(`{"name":"s","data":[{"label":"c","value":1}]}`, `"categories":["c"],"x_label":"§"`), ""},
	{"value axis label", 50, "/blocks/0/chart/axis_config/y_label", bar(`{"name":"s","data":[{"label":"c","value":1}]}`, `"categories":["c"],"y_label":"§"`), ""},

	{"card title", 150, "/blocks/0/title/text", `[{"type":"card","title":{"type":"mrkdwn","text":"§"}}]`, ""},
	{"card body", 200, "/blocks/0/body/text", `[{"type":"card","body":{"type":"mrkdwn","text":"§"}}]`, ""},
	{"card buttons", 3, "/blocks/0/actions", `[{"type":"card","actions":[§]}]`, `{"type":"button","action_id":"a#","text":{"type":"plain_text","text":"b"}}`},
	{"carousel cards", 10, "/blocks/0/elements", `[{"type":"carousel","elements":[§]}]`, `{"type":"card","title":{"type":"mrkdwn","text":"t"}}`},
	{"container children", 10, "/blocks/0/child_blocks", `[{"type":"container","title":{"type":"plain_text","text":"t"},"child_blocks":[§]}]`, `{"type":"divider"}`},
	{"container title", 150, "/blocks/0/title/text", `[{"type":"container","title":{"type":"plain_text","text":"§"},"child_blocks":[{"type":"divider"}]}]`, ""},
	{"plan tasks", 50, "/blocks/0/tasks", `[{"type":"plan","title":"t","tasks":[§]}]`, `{"type":"task_card","task_id":"1","title":"t","status":"pending"}`},
	{"video title", 199, "/blocks/0/title/text", `[{"type":"video","alt_text":"a","video_url":"https://e.com","thumbnail_url":"https://e.com","title":{"type":"plain_text","text":"§"}}]`, ""},
	{"video author", 49, "/blocks/0/author_name", `[{"type":"video","alt_text":"a","video_url":"https://e.com","thumbnail_url":"https://e.com","title":{"type":"plain_text","text":"t"},"author_name":"§"}]`, ""},
}

// viewLimits are judged as a view.
var viewLimits = []limit{
	{"blocks of a modal", 100, "/view/blocks", `{"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":[§]}`, `{"type":"divider"}`},
	{"blocks of a Home tab", 100, "/view/blocks", `{"type":"home","blocks":[§]}`, `{"type":"divider"}`},
	{"modal title", 24, "/view/title/text", `{"type":"modal","title":{"type":"plain_text","text":"§"},"blocks":[]}`, ""},
	{"modal submit", 24, "/view/submit/text", `{"type":"modal","title":{"type":"plain_text","text":"t"},"submit":{"type":"plain_text","text":"§"},"blocks":[]}`, ""},
	{"modal close", 24, "/view/close/text", `{"type":"modal","title":{"type":"plain_text","text":"t"},"close":{"type":"plain_text","text":"§"},"blocks":[]}`, ""},
	{"private_metadata", 3000, "/view/private_metadata", `{"type":"home","blocks":[],"private_metadata":"§"}`, ""},
	{"callback_id", 255, "/view/callback_id", `{"type":"home","blocks":[],"callback_id":"§"}`, ""},
	{"external_id", 255, "/view/external_id", `{"type":"home","blocks":[],"external_id":"§"}`, ""},
	{"alert text", 200, "/view/blocks/0/text/text", `{"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":[{"type":"alert","text":{"type":"mrkdwn","text":"§"}}]}`, ""},
}

// filled is the row's JSON with n code points or items. The text is outside ASCII, so that bytes do not pass
// for code points.
func (l limit) filled(n int) []byte {
	fill := strings.Repeat("é", n)
	if l.item != "" {
		all := make([]string, n)
		for i := range all {
			all[i] = strings.ReplaceAll(l.item, "#", fmt.Sprint(i))
		}
		fill = strings.Join(all, ",")
	}
	return []byte(strings.ReplaceAll(l.json, "§", fill))
}

func testLimits(t *testing.T, rows []limit, check func(json.RawMessage) []Problem) {
	for _, l := range rows {
		t.Run(l.what, func(t *testing.T) {
			if p := check(l.filled(l.most)); len(p) != 0 {
				t.Errorf("%d is refused: %v", l.most, p)
			}
			p := check(l.filled(l.most + 1))
			if len(p) == 0 {
				t.Fatalf("%d is accepted", l.most+1)
			}
			if p[0].Path != l.path {
				t.Errorf("%d is refused at %s, want %s (%v)", l.most+1, p[0].Path, l.path, p)
			}
		})
	}
}

func TestAtALimitAMessageIsAcceptedAndOneOverRefused(t *testing.T) {
	testLimits(t, messageLimits, func(b json.RawMessage) []Problem { return CheckMessage("text", b) })
}

func TestAtALimitAViewIsAcceptedAndOneOverRefused(t *testing.T) {
	testLimits(t, viewLimits, CheckView)
}

func TestMessageTextEndsAt40000CodePoints(t *testing.T) {
	if p := CheckMessage(strings.Repeat("é", 40000), nil); p != nil {
		t.Error(p)
	}
	if p := CheckMessage(strings.Repeat("é", 40001), nil); len(p) != 1 || p[0].Path != "/text" {
		t.Error(p)
	}
}

func TestMarkdownBlocksShareOneLimit(t *testing.T) {
	half := `{"type":"markdown","text":"` + strings.Repeat("é", 6000) + `"}`
	if p := CheckMessage("t", json.RawMessage(`[`+half+`,`+half+`]`)); p != nil {
		t.Error(p)
	}
	if p := CheckMessage("t", json.RawMessage(`[`+half+`,`+half+`,{"type":"markdown","text":"x"}]`)); len(p) != 1 || p[0].Path != "/blocks" {
		t.Error(p)
	}
}

func TestAChartNeedsATextForOtherClients(t *testing.T) {
	chart := json.RawMessage(pie(`{"label":"a","value":1}`))
	if p := CheckMessage("", chart); len(p) != 1 || p[0].Path != "/text" {
		t.Error(p)
	}
}
