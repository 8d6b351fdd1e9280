package blockkit

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden HTML files anew")

// A sample is one file of testdata: a message or a view, how to draw it, and what Check refuses of it.
type sample struct {
	Text    string
	Blocks  json.RawMessage
	View    json.RawMessage
	Errors  map[string]string
	State   json.RawMessage
	Refused []string
}

func samples(t testing.TB) map[string]sample {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	all := map[string]sample{}
	for _, file := range files {
		raw, err := os.ReadFile(file) // #nosec G304 -- a file of testdata
		if err != nil {
			t.Fatal(err)
		}
		var s sample
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = s
	}
	return all
}

func (s sample) draw() template.HTML {
	o := DrawOptions{
		UserName:    func(id string) string { return map[string]string{"U1": "Amira Khan"}[id] },
		ChannelName: func(id string) string { return map[string]string{"C1": "kingston"}[id] },
		Users:       []Option{{"U1", "Amira Khan"}, {"U2", "Ben"}},
		Channels:    []Option{{"C1", "#kingston"}, {"C2", "#soho"}},
		Errors:      s.Errors,
		State:       s.State,
		Location:    time.FixedZone("BST", 3600),
	}
	if s.View != nil {
		return DrawView(s.View, o)
	}
	return DrawMessage(s.Blocks, o)
}

func TestEverySampleIsAccepted(t *testing.T) {
	for name, s := range samples(t) {
		var problems []Problem
		if s.View != nil {
			problems = CheckView(s.View)
		} else {
			problems = CheckMessage(s.Text, s.Blocks)
		}
		var paths []string
		for _, p := range problems {
			paths = append(paths, p.Path)
		}
		if strings.Join(paths, " ") != strings.Join(s.Refused, " ") {
			t.Errorf("%s: refused %v, want %v", name, problems, s.Refused)
		}
	}
}

func TestDrawingsEqualTheirGoldenFiles(t *testing.T) {
	for name, s := range samples(t) {
		got := strings.ReplaceAll(string(s.draw()), "><", ">\n<") + "\n"
		golden := filepath.Join("testdata", name+".html")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden) // #nosec G304 -- a file of testdata
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is drawn otherwise; look at the difference after: go test ./playground/blockkit -update\n%s", name, firstDifference(got, string(want)))
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "got  " + g[i] + "\nwant " + w[i]
		}
	}
	return "one is longer"
}

// tokens reads HTML strictly enough to find tags that do not match.
func tokens(t testing.TB, html string, each func(xml.Token)) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<root>" + html + "</root>"))
	d.Strict = false
	d.AutoClose = xml.HTMLAutoClose
	d.Entity = xml.HTMLEntity
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("not well-formed: %v in %s", err, html)
		}
		each(tok)
	}
}

func attrOf(e xml.StartElement, name string) (string, bool) {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

func TestEveryLabelAndDescriptionNamesOneControl(t *testing.T) {
	for name, s := range samples(t) {
		ids := map[string]int{}
		var named []string
		tokens(t, string(s.draw()), func(tok xml.Token) {
			e, ok := tok.(xml.StartElement)
			if !ok {
				return
			}
			if id, ok := attrOf(e, "id"); ok {
				ids[id]++
			}
			for _, a := range []string{"for", "aria-describedby"} {
				if v, ok := attrOf(e, a); ok {
					named = append(named, strings.Fields(v)...)
				}
			}
		})
		for id, n := range ids {
			if n != 1 {
				t.Errorf("%s: id %s stands %d times", name, id, n)
			}
		}
		for _, id := range named {
			if ids[id] == 0 {
				t.Errorf("%s: nothing has the id %s", name, id)
			}
		}
	}
}

func TestEveryControlHasANameForScreenReaders(t *testing.T) {
	for name, s := range samples(t) {
		labelled := map[string]bool{}
		inLabel := 0
		type control struct{ tag, id string }
		var bare []control
		tokens(t, string(s.draw()), func(tok xml.Token) {
			switch e := tok.(type) {
			case xml.StartElement:
				if e.Name.Local == "label" {
					inLabel++
					if id, ok := attrOf(e, "for"); ok {
						labelled[id] = true
					}
				}
				switch e.Name.Local {
				case "input", "select", "textarea":
					id, _ := attrOf(e, "id")
					if _, ok := attrOf(e, "aria-label"); !ok && inLabel == 0 {
						bare = append(bare, control{e.Name.Local, id})
					}
				case "img":
					if alt, _ := attrOf(e, "alt"); alt == "" {
						t.Errorf("%s: an image without alt", name)
					}
				}
			case xml.EndElement:
				if e.Name.Local == "label" {
					inLabel--
				}
			}
		})
		for _, c := range bare {
			// goldmark's task lists are disabled checkboxes beside their text.
			if !labelled[c.id] && name != "message_more" {
				t.Errorf("%s: %s %s has no label", name, c.tag, c.id)
			}
		}
	}
}

func TestAnErrorStandsAtItsField(t *testing.T) {
	html := string(samples(t)["view_errors"].draw())
	for _, want := range []string{`class="bk-error"`, `aria-invalid="true"`, "Give the campaign a title of at most 80 characters.", `value="what I typed"`, `value="2026-01-21"`, `value="13:53"`} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is missing in %s", want, html)
		}
	}
	if strings.Contains(html, `value="old"`) {
		t.Error("the initial value came back over what was typed")
	}
}

func TestEverySelectorOfTheStylesheetHasThePrefix(t *testing.T) {
	if !strings.Contains(CSS, "prefers-color-scheme: dark") {
		t.Fatal("the stylesheet is not embedded")
	}
	noise := regexp.MustCompile(`(?s)/\*.*?\*/|@media[^{]*\{`)
	for _, m := range regexp.MustCompile(`(?m)^\s*([^{};]+?)\s*\{`).FindAllStringSubmatch(noise.ReplaceAllString(CSS, ""), -1) {
		if m[1] != ":root" && !strings.Contains(m[1], ".bk-") {
			t.Errorf("%q would style what is not ours", m[1])
		}
	}
}

func TestEveryClassDrawnIsPrefixed(t *testing.T) {
	for name, s := range samples(t) {
		tokens(t, string(s.draw()), func(tok xml.Token) {
			e, ok := tok.(xml.StartElement)
			if !ok {
				return
			}
			class, _ := attrOf(e, "class")
			for _, c := range strings.Fields(class) {
				// goldmark marks the language of a code block.
				if !strings.HasPrefix(c, "bk-") && !strings.HasPrefix(c, "language-") {
					t.Errorf("%s: class %s", name, c)
				}
			}
		})
	}
}
