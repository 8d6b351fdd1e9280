package blockkit

import (
	"html"
	"html/template"
	"net/url"
	"slices"
	"strings"
)

// markup is HTML written in this package's source. Only untyped constants convert to it silently, so that text
// from outside can reach a page through text and attribute values alone, which are escaped.
type markup string

// An attr is one attribute of a tag. A bare attribute has no value; one without a name is left out.
type attr struct {
	name  markup
	value string
	bare  bool
}

func set(name markup, value string) attr { return attr{name: name, value: value} }

// atIf is an attribute that is left out when its value is empty.
func setIf(name markup, value string) attr {
	if value == "" {
		return attr{}
	}
	return set(name, value)
}

// onIf is an attribute without a value, there only on a condition.
func onIf(name markup, on bool) attr {
	if !on {
		return attr{}
	}
	return attr{name: name, bare: true}
}

// A writer builds HTML in which everything that is not markup is escaped.
type writer struct{ b strings.Builder }

func (w *writer) raw(m markup)  { w.b.WriteString(string(m)) }
func (w *writer) text(s string) { w.b.WriteString(html.EscapeString(s)) }

func (w *writer) open(tag markup, attrs ...attr) {
	w.raw("<")
	w.raw(tag)
	for _, a := range attrs {
		if a.name == "" {
			continue
		}
		w.raw(" ")
		w.raw(a.name)
		if a.bare {
			continue
		}
		w.raw(`="`)
		w.text(a.value)
		w.raw(`"`)
	}
	w.raw(">")
}

func (w *writer) close(tag markup) {
	w.raw("</")
	w.raw(tag)
	w.raw(">")
}

// leaf writes a tag around a text.
func (w *writer) leaf(tag markup, s string, attrs ...attr) {
	w.open(tag, attrs...)
	w.text(s)
	w.close(tag)
}

// html is safe by construction: see markup.
func (w *writer) html() template.HTML {
	return template.HTML(w.b.String()) // #nosec G203 -- each piece is a constant or was escaped by text
}

// safeURL returns s, written anew, when it is a URL with one of the schemes and a host that could be one, else "".
func safeURL(s string, schemes ...string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || !slices.Contains(schemes, u.Scheme) || strings.ContainsAny(u.Host, "\"'<>\\^`{|} ") {
		return ""
	}
	return u.String()
}

// href is a URL that a person may follow: web and mail, nothing that runs.
func href(s string) string { return safeURL(s, "http", "https", "mailto") }

// src is a URL that an image may come from.
func src(s string) string { return safeURL(s, "http", "https") }
