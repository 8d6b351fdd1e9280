package blockkit

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// modalWith is a modal of these blocks that has a submit button.
func modalWith(blocks string) string {
	return `{"type":"modal","title":{"type":"plain_text","text":"t"},"submit":{"type":"plain_text","text":"s"},"blocks":` + blocks + `}`
}

const divider = `{"type":"divider"}`

// TestWhatSlackRefuses has a row for each rule that is no upper limit: JSON that breaks it, where, and a part of
// the sentence. A row that begins with { is a view.
func TestWhatSlackRefuses(t *testing.T) {
	rows := []struct{ what, json, path, rule string }{
		{"no JSON", `[`, "/blocks", "valid JSON"},
		{"two JSON values", `[] []`, "/blocks", "valid JSON"},
		{"no array", `"x"`, "/blocks", "must provide an array"},
		{"a block that is no object", `["x"]`, "/blocks/0", "must provide an object"},
		{"a block without type", `[{}]`, "/blocks/0", "missing required field: type"},
		{"an unknown block", `[{"type":"banner"}]`, "/blocks/0/type", "unsupported type: banner"},
		{"a type that is no string", `[{"type":1}]`, "/blocks/0/type", "unsupported type: 1"},
		{"an unknown field", `[{"type":"divider","co~l/or":"red"}]`, "/blocks/0/co~0l~1or", "invalid additional property: co~l/or"},
		{"a file block", `[{"type":"file","source":"remote","external_id":"x"}]`, "/blocks/0/type", "not allowed in messages"},
		{"an alert in a message", `[{"type":"alert","text":{"type":"mrkdwn","text":"x"}}]`, "/blocks/0/type", "not allowed in messages"},
		{"markdown in a modal", modalWith(`[{"type":"markdown","text":"x"}]`), "/view/blocks/0/type", "not allowed in modals"},
		{"a table in a modal", modalWith(`[{"type":"table","rows":[[{"type":"raw_text","text":"c"}]]}]`), "/view/blocks/0/type", "not allowed in modals"},
		{"a plan in a Home tab", `{"type":"home","blocks":[{"type":"plan","title":"t"}]}`, "/view/blocks/0/type", "not allowed in Home tabs"},

		{"the same block_id twice", `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`, "/blocks/1/block_id", "already exists"},
		{"the same block_id inside a container", `[{"type":"container","block_id":"a","title":{"type":"plain_text","text":"t"},"child_blocks":[{"type":"divider","block_id":"a"}]}]`, "/blocks/0/child_blocks/0/block_id", "already exists"},
		{"an empty block_id", `[{"type":"divider","block_id":""}]`, "/blocks/0/block_id", "more than 0 characters"},
		{"the same action_id twice in a block", action(`{"type":"button","action_id":"a","text":{"type":"plain_text","text":"b"}},{"type":"button","action_id":"a","text":{"type":"plain_text","text":"c"}}`), "/blocks/0/elements/1/action_id", "already exists"},

		{"a section of nothing", `[{"type":"section"}]`, "/blocks/0", "text or fields"},
		{"a section without fields", `[{"type":"section","fields":[]}]`, "/blocks/0/fields", "no fewer than 1 items"},
		{"an empty text", section(`{"type":"mrkdwn","text":""}`), "/blocks/0/text/text", "more than 0 characters"},
		{"a text that is a string", section(`"x"`), "/blocks/0/text", "must provide an object"},
		{"a text of a number", section(`{"type":"mrkdwn","text":1}`), "/blocks/0/text/text", "must provide a string"},
		{"a text of an unknown type", section(`{"type":"markdown","text":"x"}`), "/blocks/0/text/type", "unsupported type: markdown"},
		{"emoji with mrkdwn", section(`{"type":"mrkdwn","text":"x","emoji":true}`), "/blocks/0/text/emoji", "additional property"},
		{"verbatim with plain text", section(`{"type":"plain_text","text":"x","verbatim":true}`), "/blocks/0/text/verbatim", "additional property"},
		{"a text input beside a section", `[{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"plain_text_input"}}]`, "/blocks/0/accessory/type", "unsupported type"},
		{"a header in mrkdwn", `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "/blocks/0/text/type", "unsupported type: mrkdwn"},
		{"a context of nothing", `[{"type":"context","elements":[]}]`, "/blocks/0/elements", "no fewer than 1 items"},
		{"a button in a context", `[{"type":"context","elements":[{"type":"button","text":{"type":"plain_text","text":"b"}}]}]`, "/blocks/0/elements/0/type", "unsupported type: button"},
		{"an image without alt_text", `[{"type":"image","image_url":"https://e.com/i"}]`, "/blocks/0", "missing required field: alt_text"},
		{"an image from nowhere", `[{"type":"image","alt_text":"a"}]`, "/blocks/0", "exactly one of image_url, slack_file"},
		{"an image from two places", `[{"type":"image","alt_text":"a","image_url":"https://e.com","slack_file":{"id":"F"}}]`, "/blocks/0", "exactly one of image_url, slack_file"},
		{"a Slack file by id and URL", `[{"type":"image","alt_text":"a","slack_file":{"id":"F","url":"https://e.com"}}]`, "/blocks/0/slack_file", "exactly one of url, id"},
		{"an image of a script", `[{"type":"image","alt_text":"a","image_url":"javascript:alert(1)"}]`, "/blocks/0/image_url", "starts with http"},
		{"an image of no URL", `[{"type":"image","alt_text":"a","image_url":"pic.png"}]`, "/blocks/0/image_url", "valid URL"},
		{"actions of nothing", action(``), "/blocks/0/elements", "no fewer than 1 items"},
		{"an image among actions", action(`{"type":"image","alt_text":"a","image_url":"https://e.com"}`), "/blocks/0/elements/0/type", "unsupported type: image"},
		{"an input without label", `[{"type":"input","element":{"type":"plain_text_input"}}]`, "/blocks/0", "missing required field: label"},
		{"a label in mrkdwn", `[{"type":"input","label":{"type":"mrkdwn","text":"l"},"element":{"type":"plain_text_input"}}]`, "/blocks/0/label/type", "unsupported type: mrkdwn"},
		{"a button as input", element(`{"type":"button","text":{"type":"plain_text","text":"b"}}`), "/blocks/0/element/type", "unsupported type: button"},
		{"optional that is no boolean", `[{"type":"input","optional":"yes","label":{"type":"plain_text","text":"l"},"element":{"type":"plain_text_input"}}]`, "/blocks/0/optional", "boolean"},
		{"a video that is not https", `[{"type":"video","alt_text":"a","video_url":"http://e.com","thumbnail_url":"https://e.com","title":{"type":"plain_text","text":"t"}}]`, "/blocks/0/video_url", "https://"},

		{"a button in mrkdwn", action(`{"type":"button","text":{"type":"mrkdwn","text":"b"}}`), "/blocks/0/elements/0/text/type", "unsupported type: mrkdwn"},
		{"an unknown style", button(`"style":"default"`), "/blocks/0/elements/0/style", "primary, danger"},
		{"a button to no URL", button(`"url":"somewhere"`), "/blocks/0/elements/0/url", "valid URL"},
		{"a confirm of nothing", button(`"confirm":{}`), "/blocks/0/elements/0/confirm", "missing required field: text"},
		{"a confirm title in mrkdwn", confirm(`"title":{"type":"mrkdwn","text":"t"}`), "/blocks/0/elements/0/confirm/title/type", "unsupported type"},
		{"a menu of nothing", action(`{"type":"static_select"}`), "/blocks/0/elements/0", "options or option_groups"},
		{"a menu of both", action(`{"type":"static_select","options":` + one + `,"option_groups":[{"label":{"type":"plain_text","text":"g"},"options":` + one + `}]}`), "/blocks/0/elements/0", "only one of options"},
		{"an option in mrkdwn in a menu", action(`{"type":"static_select","options":[{"text":{"type":"mrkdwn","text":"o"},"value":"v"}]}`), "/blocks/0/elements/0/options/0/text/type", "unsupported type"},
		{"an option without value", action(`{"type":"static_select","options":[{"text":{"type":"plain_text","text":"o"}}]}`), "/blocks/0/elements/0/options/0", "missing required field: value"},
		{"an option with a URL in a menu", action(`{"type":"static_select","options":[{"text":{"type":"plain_text","text":"o"},"value":"v","url":"https://e.com"}]}`), "/blocks/0/elements/0/options/0/url", "additional property"},
		{"an initial option from elsewhere", action(`{"type":"static_select","options":` + one + `,"initial_option":{"text":{"type":"plain_text","text":"o"},"value":"x"}}`), "/blocks/0/elements/0/initial_option", "one of the options"},
		{"an initial option of another text", action(`{"type":"radio_buttons","options":` + one + `,"initial_option":{"text":{"type":"plain_text","text":"x"},"value":"v0"}}`), "/blocks/0/elements/0/initial_option", "one of the options"},
		{"initial options from elsewhere", action(`{"type":"checkboxes","options":` + one + `,"initial_options":[{"text":{"type":"plain_text","text":"o"},"value":"x"}]}`), "/blocks/0/elements/0/initial_options", "among the options"},
		{"no initial options", action(`{"type":"checkboxes","options":` + one + `,"initial_options":[]}`), "/blocks/0/elements/0/initial_options", "no fewer than 1"},
		{"max_selected_items of none", action(`{"type":"multi_users_select","max_selected_items":0}`), "/blocks/0/elements/0/max_selected_items", "from 1"},
		{"a filter of nothing", action(`{"type":"conversations_select","filter":{}}`), "/blocks/0/elements/0/filter", "at least one of include"},
		{"a filter of an unknown kind", action(`{"type":"conversations_select","filter":{"include":["dm"]}}`), "/blocks/0/elements/0/filter/include/0", "must be one of"},
		{"response_url_enabled in a message", element(`{"type":"channels_select","response_url_enabled":true}`), "/blocks/0/element/response_url_enabled", "input blocks of modals"},
		{"a date that is none", action(`{"type":"datepicker","initial_date":"2026-02-30"}`), "/blocks/0/elements/0/initial_date", "YYYY-MM-DD"},
		{"a time that is none", action(`{"type":"timepicker","initial_time":"24:00"}`), "/blocks/0/elements/0/initial_time", "HH:mm"},
		{"a zone that is none", action(`{"type":"timepicker","timezone":"Mars/Base"}`), "/blocks/0/elements/0/timezone", "time zone"},
		{"a moment in milliseconds", action(`{"type":"datetimepicker","initial_date_time":1628633820000}`), "/blocks/0/elements/0/initial_date_time", "from 1000000000"},
		{"a placeholder on a datetimepicker", action(`{"type":"datetimepicker","placeholder":{"type":"plain_text","text":"p"}}`), "/blocks/0/elements/0/placeholder", "additional property"},
		{"max_length 3001", element(`{"type":"plain_text_input","max_length":3001}`), "/blocks/0/element/max_length", "from 1 to 3000"},
		{"max_length 0", element(`{"type":"plain_text_input","max_length":0}`), "/blocks/0/element/max_length", "from 1 to 3000"},
		{"max_length of a half", element(`{"type":"plain_text_input","max_length":1.5}`), "/blocks/0/element/max_length", "integer"},
		{"min_length 3001", element(`{"type":"plain_text_input","min_length":3001}`), "/blocks/0/element/min_length", "from 0 to 3000"},
		{"min_length over max_length", element(`{"type":"plain_text_input","min_length":5,"max_length":4}`), "/blocks/0/element/min_length", "not be greater than max_length"},
		{"an initial value over max_length", element(`{"type":"plain_text_input","initial_value":"ééé","max_length":2}`), "/blocks/0/element/initial_value", "not be longer than max_length"},
		{"a number without is_decimal_allowed", element(`{"type":"number_input"}`), "/blocks/0/element", "is_decimal_allowed"},
		{"a bound that is a number", element(`{"type":"number_input","is_decimal_allowed":true,"min_value":1}`), "/blocks/0/element/min_value", "string that holds a number"},
		{"min_value over max_value", element(`{"type":"number_input","is_decimal_allowed":true,"min_value":"2","max_value":"1"}`), "/blocks/0/element/min_value", "not be greater than max_value"},
		{"a number out of bounds", element(`{"type":"number_input","is_decimal_allowed":true,"initial_value":"3","max_value":"1"}`), "/blocks/0/element/initial_value", "between"},
		{"a decimal that is not allowed", element(`{"type":"number_input","is_decimal_allowed":false,"initial_value":"1.5"}`), "/blocks/0/element/initial_value", "whole number"},
		{"min_lines 101", element(`{"type":"rich_text_input","min_lines":101}`), "/blocks/0/element/min_lines", "from 1 to 100"},
		{"max_files 11", element(`{"type":"file_input","max_files":11}`), "/blocks/0/element/max_files", "from 1 to 10"},
		{"an unknown dispatch trigger", element(`{"type":"plain_text_input","dispatch_action_config":{"trigger_actions_on":["on_blur"]}}`), "/blocks/0/element/dispatch_action_config/trigger_actions_on/0", "must be one of"},
		{"two elements with focus", modalWith(`[` + strings.Repeat(`{"type":"input","label":{"type":"plain_text","text":"l"},"element":{"type":"plain_text_input","focus_on_load":true}},`, 2) + divider + `]`), "/view/blocks/1/element/focus_on_load", "only one element"},

		{"rich text of nothing", `[{"type":"rich_text","elements":[]}]`, "/blocks/0/elements", "no fewer than 1"},
		{"an unknown rich text part", `[{"type":"rich_text","elements":[{"type":"rich_text_box","elements":[]}]}]`, "/blocks/0/elements/0/type", "unsupported type"},
		{"an unknown inline part", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"html"}]}]}]`, "/blocks/0/elements/0/elements/0/type", "unsupported type"},
		{"an unknown style of text", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"blink":true}}]}]}]`, "/blocks/0/elements/0/elements/0/style/blink", "additional property"},
		{"a list in an unknown style", `[{"type":"rich_text","elements":[{"type":"rich_text_list","style":"roman","elements":[{"type":"rich_text_section","elements":[]}]}]}]`, "/blocks/0/elements/0/style", "bullet, ordered"},
		{"a list too deep", `[{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","indent":9,"elements":[{"type":"rich_text_section","elements":[]}]}]}]`, "/blocks/0/elements/0/indent", "from 0 to 8"},
		{"a mention in preformatted text", `[{"type":"rich_text","elements":[{"type":"rich_text_preformatted","elements":[{"type":"user","user_id":"U1"}]}]}]`, "/blocks/0/elements/0/elements/0/type", "unsupported type: user"},
		{"a broadcast to all", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"broadcast","range":"all"}]}]}]`, "/blocks/0/elements/0/elements/0/range", "here, channel, everyone"},

		{"a table of nothing", `[{"type":"table","rows":[]}]`, "/blocks/0/rows", "no fewer than 1"},
		{"an empty cell", `[{"type":"table","rows":[[{"type":"raw_text","text":""}]]}]`, "/blocks/0/rows/0/0/text", "more than 0"},
		{"a cell in mrkdwn", `[{"type":"table","rows":[[{"type":"mrkdwn","text":"x"}]]}]`, "/blocks/0/rows/0/0/type", "unsupported type"},
		{"an unknown alignment", `[{"type":"table","column_settings":[{"align":"middle"}],"rows":[[{"type":"raw_text","text":"c"}]]}]`, "/blocks/0/column_settings/0/align", "left, center, right"},
		{"a data table of a header only", `[{"type":"data_table","caption":"c","rows":[[{"type":"raw_text","text":"c"}]]}]`, "/blocks/0/rows", "no fewer than 2"},
		{"a data table without caption", `[{"type":"data_table","rows":[[{"type":"raw_text","text":"c"}],[{"type":"raw_text","text":"c"}]]}]`, "/blocks/0", "missing required field: caption"},
		{"a header of rich text", `[{"type":"data_table","caption":"c","rows":[[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[]}]}],[{"type":"raw_text","text":"c"}]]}]`, "/blocks/0/rows/0/0/type", "unsupported type: rich_text"},
		{"rows of unequal length", `[{"type":"data_table","caption":"c","rows":[[{"type":"raw_text","text":"c"}],[{"type":"raw_text","text":"c"},{"type":"raw_text","text":"d"}]]}]`, "/blocks/0/rows/1", "as many cells"},
		{"a row header outside", `[{"type":"data_table","caption":"c","row_header_column_index":1,"rows":[[{"type":"raw_text","text":"c"}],[{"type":"raw_text","text":"c"}]]}]`, "/blocks/0/row_header_column_index", "index of a column"},
		{"page_size 101", `[{"type":"data_table","caption":"c","page_size":101,"rows":[[{"type":"raw_text","text":"c"}],[{"type":"raw_text","text":"c"}]]}]`, "/blocks/0/page_size", "from 1 to 100"},
		{"a number cell of text", `[{"type":"table","rows":[[{"type":"raw_number","value":"1"}]]}]`, "/blocks/0/rows/0/0/value", "must provide a number"},
		{"an unknown chart", `[{"type":"data_visualization","title":"t","chart":{"type":"radar"}}]`, "/blocks/0/chart/type", "unsupported type: radar"},
		{"a chart without title", `[{"type":"data_visualization","chart":{"type":"pie","segments":[{"label":"a","value":1}]}}]`, "/blocks/0", "missing required field: title"},
		{"a slice of zero", pie(`{"label":"a","value":0}`), "/blocks/0/chart/segments/0/value", "greater than 0"},
		{"a pie of nothing", pie(``), "/blocks/0/chart/segments", "no fewer than 1"},
		{"a number that no double holds", pie(`{"label":"a","value":1e999}`), "/blocks/0/chart/segments/0/value", "must provide a number"},
		{"a point outside the categories", bar(`{"name":"s","data":[{"label":"x","value":1}]}`, `"categories":["c"]`), "/blocks/0/chart/series/0/data/0/label", "axis_config.categories"},
		{"a category without point", bar(`{"name":"s","data":[{"label":"c","value":1}]}`, `"categories":["c","d"]`), "/blocks/0/chart/series/0/data", `category "d"`},
		{"a point twice", bar(`{"name":"s","data":[{"label":"c","value":1},{"label":"c","value":2}]}`, `"categories":["c"]`), "/blocks/0/chart/series/0/data/1/label", "already exists"},
		{"a series twice", bar(`{"name":"s","data":[{"label":"c","value":1}]},{"name":"s","data":[{"label":"c","value":1}]}`, `"categories":["c"]`), "/blocks/0/chart/series/1/name", "already exists"},
		{"a category twice", bar(`{"name":"s","data":[{"label":"c","value":1}]}`, `"categories":["c","c"]`), "/blocks/0/chart/axis_config/categories/1", "already exists"},
		{"a chart without axis", `[{"type":"data_visualization","title":"t","chart":{"type":"line","series":[{"name":"s","data":[{"label":"c","value":1}]}]}}]`, "/blocks/0/chart", "missing required field: axis_config"},
		{"a card of nothing", `[{"type":"card","subtitle":{"type":"mrkdwn","text":"t"}}]`, "/blocks/0", "at least one of hero_image"},
		{"a divider in a carousel", `[{"type":"carousel","elements":[` + divider + `]}]`, "/blocks/0/elements/0/type", "unsupported type: divider"},
		{"a container without title", `[{"type":"container","child_blocks":[` + divider + `]}]`, "/blocks/0", "title or rich_text_title"},
		{"a container in a container", `[{"type":"container","title":{"type":"plain_text","text":"t"},"child_blocks":[{"type":"container"}]}]`, "/blocks/0/child_blocks/0/type", "unsupported type: container"},
		{"collapsed that cannot be", `[{"type":"container","title":{"type":"plain_text","text":"t"},"default_collapsed":true,"child_blocks":[` + divider + `]}]`, "/blocks/0/default_collapsed", "is_collapsible"},

		{"a view of an unknown type", `{"type":"sheet","blocks":[]}`, "/view/type", "unsupported type: sheet"},
		{"a view without type", `{"blocks":[]}`, "/view", "missing required field: type"},
		{"a modal without title", `{"type":"modal","blocks":[]}`, "/view", "missing required field: title"},
		{"a modal title in mrkdwn", `{"type":"modal","title":{"type":"mrkdwn","text":"t"},"blocks":[]}`, "/view/title/type", "unsupported type: mrkdwn"},
		{"inputs without submit", `{"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":` + element(`{"type":"plain_text_input"}`) + `}`, "/view", "missing required field: submit"},
		{"a Home tab with a title", `{"type":"home","title":{"type":"plain_text","text":"t"},"blocks":[]}`, "/view/title", "additional property"},
		{"a view without blocks", `{"type":"home"}`, "/view", "missing required field: blocks"},
	}
	for _, r := range rows {
		t.Run(r.what, func(t *testing.T) {
			var problems []Problem
			if strings.HasPrefix(r.json, "{") {
				problems = CheckView(json.RawMessage(r.json))
			} else {
				problems = CheckMessage("text", json.RawMessage(r.json))
			}
			for _, p := range problems {
				if p.Path == r.path && strings.Contains(p.Rule, r.rule) {
					return
				}
			}
			t.Errorf("not refused at %s with %q, only %v", r.path, r.rule, problems)
		})
	}
}

func TestTwentyPointsAreAcceptedAndTwentyOneRefused(t *testing.T) {
	chart := func(n int) json.RawMessage {
		var names, points []string
		for i := range n {
			names = append(names, fmt.Sprintf(`"c%d"`, i))
			points = append(points, fmt.Sprintf(`{"label":"c%d","value":%d}`, i, i))
		}
		return json.RawMessage(bar(`{"name":"s","data":[`+strings.Join(points, ",")+`]}`, `"categories":[`+strings.Join(names, ",")+`]`))
	}
	if p := CheckMessage("t", chart(20)); p != nil {
		t.Error(p)
	}
	if p := CheckMessage("t", chart(21)); len(p) != 2 || p[0].Path != "/blocks/0/chart/axis_config/categories" || p[1].Path != "/blocks/0/chart/series/0/data" {
		t.Error(p)
	}
}

func TestWhatSlackAccepts(t *testing.T) {
	rows := map[string]string{
		"no blocks":                                    `[]`,
		"null blocks":                                  `null`,
		"an optional field that is null":               `[{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":null}]`,
		"the same action_id in two blocks":             `[{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"b"}}]},{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"b"}}]}]`,
		"an initial option that differs only in emoji": action(`{"type":"static_select","options":` + one + `,"initial_option":{"text":{"type":"plain_text","text":"o","emoji":true},"value":"v0"}}`),
		"a link of another app":                        button(`"url":"slack://app?id=1"`),
	}
	for what, blocks := range rows {
		if p := CheckMessage("t", json.RawMessage(blocks)); p != nil {
			t.Errorf("%s is refused: %v", what, p)
		}
	}
	if p := CheckMessage("t", nil); p != nil {
		t.Error(p)
	}
}

func TestAProblemReadsAsSlackWritesIt(t *testing.T) {
	p := Problem{Path: "/blocks/0/text/text", Rule: "must be less than 3001 characters"}
	if got, want := p.Error(), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
