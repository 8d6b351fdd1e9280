package blockkit

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// hostile are texts that would do harm if they came out as they went in: addresses that run, and one text with
// every other trick, for HTML, mrkdwn and markdown.
var hostile = []string{
	`javascript:alert(1)`,
	" jAvaScript:alert(1)",
	`data:text/html,<script>alert(1)</script>`,
	strings.Join([]string{
		`"><script>alert(1)</script>`,
		`<img src=x onerror=alert(1)>`,
		`' onmouseover='alert(1)`,
		`</textarea></title></style></option></select><script>alert(1)</script>`,
		`<https://example.com|<script>alert(1)</script>>`,
		`<javascript:alert(1)|press me> <!date^1769000000^{date}^javascript:alert(1)|x>`,
		`*_~<https://example.com"onclick=alert(1)//|x>~_*`,
		`[x](javascript:alert(1)) ![x](data:image/svg+xml;base64,AAAA) <javascript:alert(1)>`,
		"```</pre><script>alert(1)</script>```",
		`> </blockquote><script>alert(1)</script>`,
	}, "\n"),
}

// inert fails the test when drawn HTML has a tag, an attribute or an address that this package never writes.
func inert(t testing.TB, html, from string) {
	t.Helper()
	tokens(t, html, func(tok xml.Token) {
		e, ok := tok.(xml.StartElement)
		if !ok {
			return
		}
		if slices.Contains([]string{"script", "iframe", "object", "embed", "style", "link", "base", "form", "meta"}, e.Name.Local) {
			t.Errorf("<%s> came out of %q: %s", e.Name.Local, from, html)
		}
		for _, a := range e.Attr {
			name := strings.ToLower(a.Name.Local)
			if strings.HasPrefix(name, "on") || name == "style" || name == "srcdoc" || name == "formaction" {
				t.Errorf("attribute %s came out of %q: %s", name, from, html)
			}
			if name == "href" || name == "src" || name == "data-url" {
				u, err := url.Parse(a.Value)
				if err != nil || !slices.Contains([]string{"http", "https", "mailto"}, u.Scheme) {
					t.Errorf("%s=%q came out of %q", name, a.Value, from)
				}
			}
		}
	})
}

// eachString calls visit once for each string inside v, while that string is replaced.
func eachString(v any, by string, visit func()) {
	switch v := v.(type) {
	case map[string]any:
		for key, old := range v {
			if _, ok := old.(string); ok {
				v[key] = by
				visit()
				v[key] = old
				continue
			}
			eachString(old, by, visit)
		}
	case []any:
		for i, old := range v {
			if _, ok := old.(string); ok {
				v[i] = by
				visit()
				v[i] = old
				continue
			}
			eachString(old, by, visit)
		}
	}
}

func TestAHostileStringInAnyPlaceStaysText(t *testing.T) {
	for name, s := range samples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hostileInside(t, s)
		})
	}
}

func hostileInside(t *testing.T, s sample) {
	inert(t, string(s.draw()), "the sample")
	v, err := decode(s.Blocks)
	if s.View != nil {
		v, err = decode(s.View)
		v = asObject(v)["blocks"]
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range v.([]any) { // each alone, which is quicker
		for _, bad := range hostile {
			eachString(block, bad, func() {
				blocks := `[` + marshal(block) + `]`
				changed := s
				if s.View != nil {
					changed.View = json.RawMessage(modalWith(blocks))
				} else {
					changed.Blocks = json.RawMessage(blocks)
				}
				inert(t, string(changed.draw()), bad)
			})
		}
	}
}

func TestHostileNamesErrorsAndStateStayText(t *testing.T) {
	s := samples(t)["view_inputs"]
	for _, bad := range hostile {
		state, err := json.Marshal(map[string]any{"values": map[string]any{
			"title": map[string]any{"v": map[string]any{"type": "plain_text_input", "value": bad}},
			"text":  map[string]any{"v": map[string]any{"type": "plain_text_input", "value": bad}},
			"user":  map[string]any{"v": map[string]any{"type": "users_select", "selected_user": bad}},
			"date":  map[string]any{"v": map[string]any{"type": "datepicker", "selected_date": bad}},
			"ext": map[string]any{"v": map[string]any{"type": "external_select", "selected_option": map[string]any{
				"text": map[string]any{"type": "plain_text", "text": bad}, "value": bad}}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		name := func(string) string { return bad }
		o := DrawOptions{UserName: name, ChannelName: name, Users: []Option{{bad, bad}}, Channels: []Option{{bad, bad}}, Errors: map[string]string{"title": bad, "boxes": bad}, State: state}
		inert(t, string(DrawView(s.View, o)), bad)
		inert(t, string(DrawText("<@U1> <#C1> "+bad, o)), bad)
	}
}

func FuzzDrawTextIsInert(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Add("*bold _both_* ~x~ `c` <@U1|a> <!date^1^{date}|f> :tada: > q\n>>> rest")
	f.Fuzz(func(t *testing.T, s string) {
		// XML knows no control characters; HTML does.
		clean := strings.Map(func(r rune) rune {
			if r == 0xFFFD || r < ' ' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
				return -1
			}
			return r
		}, s)
		inert(t, string(DrawText(clean, DrawOptions{})), s)
	})
}

func FuzzCheckAndDrawNeverPanic(f *testing.F) {
	for _, s := range samples(f) {
		f.Add([]byte(s.Blocks))
		f.Add([]byte(s.View))
	}
	f.Add([]byte(`[{"type":"data_visualization","chart":{"type":"bar","series":[{"data":[{}]}],"axis_config":{"categories":["a"]}}}]`))
	f.Add([]byte(`[{"type":"data_visualization","chart":{"type":"pie"}},{"type":"table","rows":[1,[2]]},{"type":"section","text":1,"fields":[1],"accessory":{"type":"overflow"}}]`))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		CheckMessage("", raw)
		CheckView(raw)
		DrawMessage(raw, DrawOptions{State: raw})
		DrawView(raw, DrawOptions{State: raw})
		_, _ = FormState(raw, url.Values{}) // an error is an answer here
		_, _ = ElementValue(raw, url.Values{})
	})
}
