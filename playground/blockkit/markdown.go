package blockkit

import (
	"bytes"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdownShape: https://docs.slack.dev/reference/block-kit/blocks/markdown-block; the limit is of all markdown
// blocks of a message together, which the checker counts.
var markdownShape = shape{typed: true, fields: blockFields(need("text", func(c *checker, at string, v any) {
	chars(1, maxMarkdown)(c, at, v)
	s, _ := v.(string)
	c.markdown += utf8.RuneCountInString(s)
}))}

// markdown renders standard markdown. It leaves raw HTML out and drops links that must not be followed.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify, extension.TaskList),
	goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(safeLinks{}, 100))),
)

// safeLinks leaves only the text of a link that href refuses, and only the description of a picture that src
// refuses.
type safeLinks struct{}

func (safeLinks) Transform(doc *ast.Document, r text.Reader, _ parser.Context) {
	var refused []ast.Node
	// The walk only fails when its own function does.
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		to := ""
		switch n := n.(type) {
		case *ast.Link:
			to = href(string(n.Destination))
		case *ast.AutoLink:
			to = href(string(n.URL(r.Source())))
			if n.AutoLinkType == ast.AutoLinkEmail {
				to = "mailto:"
			}
		case *ast.Image:
			if src(string(n.Destination)) == "" {
				refused = append(refused, n)
			}
			return ast.WalkContinue, nil
		default:
			return ast.WalkContinue, nil
		}
		if to == "" {
			refused = append(refused, n)
		}
		n.SetAttributeString("class", []byte("bk-link"))
		n.SetAttributeString("target", []byte("_blank"))
		n.SetAttributeString("rel", []byte("noopener noreferrer"))
		return ast.WalkContinue, nil
	})
	for _, n := range refused {
		parent := n.Parent()
		if auto, ok := n.(*ast.AutoLink); ok {
			parent.InsertBefore(parent, n, ast.NewString(auto.Label(r.Source())))
		}
		for child := n.FirstChild(); child != nil; child = n.FirstChild() {
			parent.InsertBefore(parent, n, child)
		}
		parent.RemoveChild(parent, n)
	}
}

func (d *drawer) markdownBlock(o object) {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(emojify(o.str("text"))), &b); err != nil {
		d.note("This markdown cannot be shown.")
		return
	}
	d.open("div", set("class", "bk-block bk-markdown"))
	d.raw(markup(b.String())) // goldmark escaped it and, without its Unsafe option, left raw HTML out
	d.close("div")
}
