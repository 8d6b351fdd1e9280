package feeds

import (
	"bytes"
	"encoding/xml"
	"errors"
)

// What a document may cost the parser. It walks the elements of extensions by recursion, copies the names in scope
// for each element, joins the pieces of a text one by one, tries two hundred formats on each date, resolves each
// address against each xml:base, and builds trees of HTML, some of which take the square of their length. Within these
// bounds the worst document takes some seconds, and a feed of MaxBytes that somebody means is far from them.
const (
	maxDepth      = 256
	maxElements   = 50_000
	maxAttributes = 100_000
	maxObjects    = 10_000    // of JSON
	maxNames      = 2_000_000 // copies of names in scope
	maxBase       = 600       // bytes of all xml:base in scope
	maxPiece      = 512 << 10 // bytes of text in one element
	maxJoined     = 256 << 20 // bytes copied while texts are joined
)

var (
	errTooDeep = errors.New("elements within elements, too deep")
	errTooMuch = errors.New("too many small parts")
)

// bearable returns an error when parsing the document would cost too much. It reads the document as the parser does,
// and is content where the parser will fail, with what was read until there.
//
// Entities cost nothing: a document cannot define its own, and none is fetched.
func bearable(document []byte) error {
	if bytes.HasPrefix(document, []byte("{")) {
		if bytes.Count(document, []byte("{")) > maxObjects {
			return errTooMuch
		}
		return nil // the depth of JSON is bounded by encoding/json
	}
	var spent burden
	open := []element{{}} // the last one is the one that is read
	decoder := xml.NewDecoder(bytes.NewReader(document))
	decoder.Strict = false
	for {
		token, err := decoder.Token()
		if err != nil {
			return nil
		}
		top := &open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			inside := top.inside(token)
			open = append(open, inside)
			spent.elements++
			spent.attributes += len(token.Attr)
			spent.names += inside.names
			spent.base = max(spent.base, inside.base)
		case xml.EndElement:
			if len(open) > 1 {
				open = open[:len(open)-1]
			}
		case xml.CharData:
			top.text += len(token)
			spent.piece = max(spent.piece, top.text)
			spent.joined += top.text
		}
		if len(open) > maxDepth {
			return errTooDeep
		}
		if spent.tooMuch() {
			return errTooMuch
		}
	}
}

// A burden is what a document costs, as far as it was read.
type burden struct{ elements, attributes, names, base, piece, joined int }

func (b burden) tooMuch() bool {
	return b.elements > maxElements || b.attributes > maxAttributes || b.names > maxNames ||
		b.base > maxBase || b.piece > maxPiece || b.joined > maxJoined
}

// An element is one that was opened and not closed.
type element struct {
	names int // that are declared in it and around it
	base  int // bytes of xml:base in it and around it
	text  int // bytes directly in it, so far
}

// inside returns the element that starts inside of this one.
func (e element) inside(start xml.StartElement) element {
	e.text = 0
	for _, a := range start.Attr {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
			e.names++
		}
		if a.Name.Local == "base" {
			e.base += len(a.Value)
		}
	}
	return e
}
