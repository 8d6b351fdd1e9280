package blockkit

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
)

var bst = time.FixedZone("BST", 3600)

// browse is the form that a browser would post of drawn HTML.
func browse(t *testing.T, html string) url.Values {
	t.Helper()
	form := url.Values{}
	var area, menu string
	var typed strings.Builder
	multiple, first := false, true
	tokens(t, html, func(tok xml.Token) {
		switch e := tok.(type) {
		case xml.StartElement:
			name, _ := attrOf(e, "name")
			value, _ := attrOf(e, "value")
			switch e.Name.Local {
			case "input":
				kind, _ := attrOf(e, "type")
				_, checked := attrOf(e, "checked")
				if kind == "file" || (kind == "checkbox" || kind == "radio") && !checked {
					return
				}
				form.Add(name, value)
			case "textarea":
				area = name
				typed.Reset()
			case "select":
				menu = name
				_, multiple = attrOf(e, "multiple")
				first = true
			case "option":
				_, selected := attrOf(e, "selected")
				if selected {
					if !multiple {
						form.Del(menu)
					}
					form.Add(menu, value)
				} else if first && !multiple {
					form.Add(menu, value)
				}
				first = false
			}
		case xml.CharData:
			if area != "" {
				typed.Write(e)
			}
		case xml.EndElement:
			if e.Name.Local == "textarea" {
				text := strings.TrimPrefix(typed.String(), "\n")
				form.Add(area, strings.ReplaceAll(text, "\n", "\r\n"))
				area = ""
			}
		}
	})
	return form
}

func sameJSON(t *testing.T, got, want []byte) {
	t.Helper()
	g, err := decode(got)
	if err != nil {
		t.Fatal(err)
	}
	w, err := decode(want)
	if err != nil {
		t.Fatal(err)
	}
	gm, wm := asObject(asObject(g)["values"]), asObject(asObject(w)["values"])
	for block := range wm {
		if !reflect.DeepEqual(gm[block], wm[block]) {
			t.Errorf("block %s: got %s, want %s", block, marshal(gm[block]), marshal(wm[block]))
		}
	}
	if len(gm) != len(wm) {
		t.Errorf("got %d blocks, want %d: %s", len(gm), len(wm), got)
	}
}

const initialState = `{"values":{
 "title":{"v":{"type":"plain_text_input","value":"Spring <b>"}}, "text":{"v":{"type":"plain_text_input","value":"\nline one\nline two"}},
 "link":{"v":{"type":"url_text_input","value":"https://example.com/?a=1&b=2"}}, "mail":{"v":{"type":"email_text_input","value":"a@example.com"}}, "num":{"v":{"type":"number_input","value":"2.5"}},
 "one":{"v":{"type":"static_select","selected_option":{"text":{"type":"plain_text","text":"Leeds"},"value":"l"}}},
 "many":{"v":{"type":"multi_static_select","selected_options":[{"text":{"type":"plain_text","text":"Kingston"},"value":"k"},{"text":{"type":"plain_text","text":"Leeds"},"value":"l"}]}},
 "ext":{"v":{"type":"external_select","selected_option":{"text":{"type":"plain_text","text":"Ext"},"value":"x"}}}, "mext":{"v":{"type":"multi_external_select","selected_options":[{"text":{"type":"plain_text","text":"Ext"},"value":"x"}]}},
 "user":{"v":{"type":"users_select","selected_user":"U1"}}, "users":{"v":{"type":"multi_users_select","selected_users":["U1","U9"]}},
 "chan":{"v":{"type":"channels_select","selected_channel":"C1"}}, "chans":{"v":{"type":"multi_channels_select","selected_channels":["C1"]}},
 "conv":{"v":{"type":"conversations_select","selected_conversation":"C2"}}, "convs":{"v":{"type":"multi_conversations_select","selected_conversations":["C1","C2"]}},
 "date":{"v":{"type":"datepicker","selected_date":"2026-11-23"}}, "time":{"v":{"type":"timepicker","selected_time":"06:30","timezone":"Europe/London"}}, "when":{"v":{"type":"datetimepicker","selected_date_time":1785560400}},
 "boxes":{"v":{"type":"checkboxes","selected_options":[{"text":{"type":"plain_text","text":"LinkedIn"},"value":"li","description":{"type":"plain_text","text":"Work"}}]}},
 "radio":{"v":{"type":"radio_buttons","selected_option":{"text":{"type":"plain_text","text":"Later"},"value":"later"}}},
 "rich":{"v":{"type":"rich_text_input","rich_text_value":{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"Hello"}]}]}}},
 "file":{"v":{"type":"file_input","files":[]}}, "sec":{"v":{"type":"static_select","selected_option":null}}}}`

const changedState = `{"values":{
 "title":{"v":{"type":"plain_text_input","value":"\"quoted\" & <i>"}}, "text":{"v":{"type":"plain_text_input","value":"x\n\n</textarea>y"}},
 "link":{"v":{"type":"url_text_input","value":"https://example.org"}}, "mail":{"v":{"type":"email_text_input","value":"b@example.com"}}, "num":{"v":{"type":"number_input","value":"-0.25"}},
 "one":{"v":{"type":"static_select","selected_option":{"text":{"type":"plain_text","text":"Kingston"},"value":"k","description":{"type":"plain_text","text":"Surrey"}}}},
 "many":{"v":{"type":"multi_static_select","selected_options":[{"text":{"type":"plain_text","text":"Leeds"},"value":"l"}]}},
 "ext":{"v":{"type":"external_select","selected_option":{"text":{"type":"plain_text","text":"y","emoji":true},"value":"y"}}}, "mext":{"v":{"type":"multi_external_select","selected_options":[]}},
 "user":{"v":{"type":"users_select","selected_user":"U2"}}, "users":{"v":{"type":"multi_users_select","selected_users":["U2"]}},
 "chan":{"v":{"type":"channels_select","selected_channel":"C2"}}, "chans":{"v":{"type":"multi_channels_select","selected_channels":[]}},
 "conv":{"v":{"type":"conversations_select","selected_conversation":"C1"}}, "convs":{"v":{"type":"multi_conversations_select","selected_conversations":["C2"]}},
 "date":{"v":{"type":"datepicker","selected_date":"2027-01-01"}}, "time":{"v":{"type":"timepicker","selected_time":"23:59","timezone":"Europe/London"}}, "when":{"v":{"type":"datetimepicker","selected_date_time":1800000000}},
 "boxes":{"v":{"type":"checkboxes","selected_options":[{"text":{"type":"mrkdwn","text":"*X*"},"value":"x"}]}},
 "radio":{"v":{"type":"radio_buttons","selected_option":{"text":{"type":"plain_text","text":"Now"},"value":"now"}}},
 "rich":{"v":{"type":"rich_text_input","rich_text_value":{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a\nb"}]}]}}},
 "file":{"v":{"type":"file_input","files":[]}}, "sec":{"v":{"type":"static_select","selected_option":{"text":{"type":"plain_text","text":"Once"},"value":"1"}}}}}`

func formOf(t *testing.T, s sample) []byte {
	t.Helper()
	state, err := FormStateIn(s.View, browse(t, string(s.draw())), bst)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func TestAViewPostedAsDrawnHasItsInitialState(t *testing.T) {
	sameJSON(t, formOf(t, samples(t)["view_inputs"]), []byte(initialState))
}

func TestARedrawKeepsWhatWasTypedInEveryInput(t *testing.T) {
	s := samples(t)["view_inputs"]
	s.State = json.RawMessage(changedState)
	sameJSON(t, formOf(t, s), []byte(changedState))
}

func TestWhatIsLeftEmptyIsNullOrAnEmptyList(t *testing.T) {
	s := samples(t)["view_inputs"]
	empty, err := FormState(s.View, url.Values{})
	if err != nil {
		t.Fatal(err)
	}
	s.State = empty
	sameJSON(t, formOf(t, s), empty)
	for _, want := range []string{
		`"title":{"v":{"type":"plain_text_input","value":null}}`, `"many":{"v":{"selected_options":[],"type":"multi_static_select"}}`,
		`"users":{"v":{"selected_users":[],"type":"multi_users_select"}}`, `"when":{"v":{"selected_date_time":null,"type":"datetimepicker"}}`,
		`"rich":{"v":{"rich_text_value":null,"type":"rich_text_input"}}`,
	} {
		if !strings.Contains(string(empty), want) {
			t.Errorf("%s is missing in %s", want, empty)
		}
	}
}

func TestAViewWithoutIDsIsReadUnderTheNamesItIsDrawnWith(t *testing.T) {
	s := samples(t)["view_home"]
	form := browse(t, string(s.draw()))
	if len(form) != 1 {
		t.Fatalf("form %v", form)
	}
	for name := range form {
		form.Set(name, "boots")
	}
	state, err := FormState(s.View, form)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(state), `"value":"boots"`) {
		t.Errorf("the typed text is lost: %s", state)
	}
}

func TestAnUnknownOptionIsNotTaken(t *testing.T) {
	state, err := FormState(samples(t)["view_inputs"].View, url.Values{"one~v": {"forged"}, "boxes~v": {"forged", "x"}})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(state), "forged") {
		t.Errorf("taken: %s", state)
	}
}

func TestElementValueIsWhatAnActionCarries(t *testing.T) {
	rows := []struct{ what, el, form, want string }{
		{"a button with a value", `{"type":"button","action_id":"a","value":"v","text":{"type":"plain_text","text":"b"}}`, ``, `{"value":"v"}`},
		{"a button without one", `{"type":"button","action_id":"a","text":{"type":"plain_text","text":"b"}}`, `value=forged`, `{}`},
		{"an overflow menu", `{"type":"overflow","action_id":"a","options":` + one + `}`, `value=v0`, `{"selected_option":{"text":{"text":"o","type":"plain_text"},"value":"v0"}}`},
		{"feedback", `{"type":"feedback_buttons","action_id":"a","positive_button":{"value":"1"},"negative_button":{"value":"0"}}`, `value=0`, `{"value":"0"}`},
		{"a menu by its name", `{"type":"static_select","action_id":"a","options":` + one + `}`, `b~a=v0`, `{"selected_option":{"text":{"text":"o","type":"plain_text"},"value":"v0"}}`},
		{"a menu in the block that is named", `{"type":"users_select","action_id":"a"}`, `b~a=U1&c~a=U2&block_id=c`, `{"selected_user":"U2"}`},
		{"several people", `{"type":"multi_users_select","action_id":"a"}`, `b~a=U1&b~a=U2`, `{"selected_users":["U1","U2"]}`},
		{"no people", `{"type":"multi_users_select","action_id":"a"}`, ``, `{"selected_users":[]}`},
		{"a date", `{"type":"datepicker","action_id":"a"}`, `b~a=2026-11-23`, `{"selected_date":"2026-11-23"}`},
		{"a moment", `{"type":"datetimepicker","action_id":"a"}`, `b~a~date=2026-11-23&b~a~time=10:00`, `{"selected_date_time":1795424400}`},
		{"checkboxes", `{"type":"checkboxes","action_id":"a","options":` + one + `}`, `b~a=v0`, `{"selected_options":[{"text":{"text":"o","type":"plain_text"},"value":"v0"}]}`},
		{"text", `{"type":"plain_text_input","action_id":"a"}`, `b~a=hi`, `{"value":"hi"}`},
	}
	for _, r := range rows {
		t.Run(r.what, func(t *testing.T) {
			form, err := url.ParseQuery(r.form)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ElementValueIn(json.RawMessage(r.el), form, bst)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != r.want {
				t.Errorf("got %s, want %s", got, r.want)
			}
		})
	}
	for _, bad := range []string{`[]`, `{`, `{"type":"image"}`, `{"type":"workflow_button"}`} {
		if got, err := ElementValue(json.RawMessage(bad), nil); err == nil {
			t.Errorf("%s has the value %s", bad, got)
		}
	}
}
