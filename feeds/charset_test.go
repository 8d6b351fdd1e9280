package feeds

import (
	"strings"
	"testing"
	"unicode/utf16"
)

// wide returns the text as UTF-16 with its mark.
func wide(text string, big bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
		if big {
			b.WriteByte(byte(u >> 8))
		}
		b.WriteByte(byte(u))
		if !big {
			b.WriteByte(byte(u >> 8))
		}
	}
	return b.String()
}

func TestAnyCharsetIsRead(t *testing.T) {
	document := func(encoding, title string) string {
		head := `<?xml version="1.0"?>`
		if encoding != "" {
			head = `<?xml version="1.0" encoding="` + encoding + `"?>`
		}
		return head + `<rss><channel><title>` + title + `</title>` + entry + `</channel></rss>`
	}
	for name, test := range map[string]struct{ data, contentType, title string }{
		"UTF-8":                             {document("UTF-8", "Köln"), "", "Köln"},
		"UTF-8 with a mark":                 {"\ufeff" + document("", "Köln"), "", "Köln"},
		"UTF-8 that says it is Latin":       {document("ISO-8859-1", "Köln"), "text/xml; charset=latin1", "Köln"},
		"UTF-8 that says it is UTF-16":      {document("UTF-16", "Köln"), "", "Köln"},
		"UTF-16, little":                    {wide(document("UTF-16", "Köln 👋"), false), "", "Köln 👋"},
		"UTF-16, big":                       {wide(document("UTF-16", "Köln"), true), "", "Köln"},
		"Latin by its own word":             {document("ISO-8859-1", "K\xf6ln"), "", "Köln"},
		"Latin by its site's word":          {document("", "K\xf6ln"), "text/xml; charset=ISO-8859-1", "Köln"},
		"its own word before its site's":    {document("windows-1251", "\xcc\xee\xf1\xea\xe2\xe0"), "text/xml; charset=ISO-8859-1", "Москва"},
		"Shift JIS":                         {document("Shift_JIS", "\x93\x8c\x8b\x9e"), "", "東京"},
		"ISO-2022-JP, which looks as ASCII": {document("ISO-2022-JP", "\x1b$BEl5~\x1b(B"), "", "東京"},
		"no UTF-8 by nobody's word":         {document("", "K\xf6ln"), "", "K\ufffdln"},
		"no UTF-8 against its word":         {document("UTF-8", "K\xf6ln"), "text/xml; charset=utf-8", "K\ufffdln"},
		"an encoding that nobody knows":     {document("klingon", "K\xf6ln"), "", "K\ufffdln"},
		"a type that is none":               {document("", "K\xf6ln"), "text/xml; charset", "K\ufffdln"},
		"what XML does not allow":           {document("", "K\x00\x0bö\ufffel\x1fn"), "", "Köln"},
	} {
		t.Run(name, func(t *testing.T) {
			feed, err := readOf(test.data, test.contentType)
			if err != nil || feed.Title != test.title {
				t.Errorf("read %q: %v", feed.Title, err)
			}
		})
	}
}
