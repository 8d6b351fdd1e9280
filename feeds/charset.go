package feeds

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

var (
	// declaration is that of XML, at the beginning of a document.
	declaration = regexp.MustCompile(`^\s*<\?xml\s[^>]{0,200}\?>`)
	declared    = regexp.MustCompile(`\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)
)

// decode returns the data as UTF-8, without a byte order mark, without the declaration of XML, which might say
// otherwise, and without what XML does not allow.
//
// A byte order mark decides. Then what is UTF-8 is that, whatever it is said to be: other text is so by chance only
// when it is ASCII. Then the document's own word holds, then the site's.
func decode(data []byte, contentType string) []byte {
	label := labelOf(data, contentType)
	if encoding, name := charset.Lookup(label); encoding != nil && name != "utf-8" {
		if decoded, err := encoding.NewDecoder().Bytes(data); err == nil {
			data = decoded
		}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	data = data[len(declaration.Find(data)):]
	return bytes.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= ' ' && r != '\ufffe' && r != '\uffff':
			return r // what is not UTF-8 comes as U+FFFD, and stays so
		}
		return -1
	}, data)
}

// labelOf returns the name of the data's encoding.
func labelOf(data []byte, contentType string) string {
	const sevenBits = "iso-2022-jp" // it looks like ASCII, which is UTF-8
	for mark, label := range map[string]string{"\ufeff": "utf-8", "\xff\xfe": "utf-16le", "\xfe\xff": "utf-16be"} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return label
		}
	}
	_, parameters, _ := mime.ParseMediaType(contentType)
	label := parameters["charset"]
	if own := declared.FindSubmatch(declaration.Find(data)); own != nil {
		label = string(own[1])
	}
	if utf8.Valid(data) && !strings.EqualFold(label, sevenBits) {
		return "utf-8"
	}
	return label
}
