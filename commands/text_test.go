package commands

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/clarion-bot/clarion/chat"
)

func TestWhatIsToBeTypedIsShownAsTheCommandThatItIs(t *testing.T) {
	table := newWorld(t).table
	for said, want := range map[string][]string{
		"Type /drop list to see them all.":                          {"/drop list"},
		"/clarion help":                                             {"/clarion help"},
		"Type /leaderboard, or (/points why).":                      {"/leaderboard", "/points why"},
		"I know no “/drop list”. Type /drop topics.":                {"/drop topics"}, // what somebody wrote is left alone
		"See https://a.example/drop list and 1/points and /pointsx": nil,
		"Nothing to type here.":                                     nil,
		"":                                                          nil,
	} {
		text := table.spoken(said)
		var commands []string
		for i, run := range text {
			if run.Style == chat.Command {
				commands = append(commands, run.Text)
			} else if run.Text == "" && i > 0 {
				t.Errorf("%q has an empty run", said)
			}
		}
		if text.String() != said || !slices.Equal(commands, want) {
			t.Errorf("%q is %q with the commands %q", said, text, commands)
		}
	}
	if text, _ := table.Explain(ErrUnknown, "r"); !slices.Contains(text, chat.Run{Text: "/clarion help", Style: chat.Command}) {
		t.Errorf("%+v", text)
	}
}

// TestNoTextNamesACommandInPlainWords reads our own sources: a command that stands in a text as plain words would be shown
// with Slack's slash on every platform.
func TestNoTextNamesACommandInPlainWords(t *testing.T) {
	table := newWorld(t).table
	names, err := filepath.Glob("*.go")
	must(t, err)
	found := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || name == "table.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		must(t, err)
		allowed := map[*ast.BasicLit]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && (f.Sel.Name == "Command" || f.Sel.Name == "Invalid") {
					literals(n, allowed)
				}
				if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "nowhere" {
					literals(n, allowed)
				}
			case *ast.ValueSpec:
				if n.Names[0].Name == "sentences" { // and Explain reads them
					literals(n, allowed)
				}
			case *ast.BasicLit:
				text, err := strconv.Unquote(n.Value)
				if n.Kind != token.STRING || err != nil || !slices.ContainsFunc(table.spoken(text), func(r chat.Run) bool { return r.Style == chat.Command }) {
					break
				}
				found++
				if !allowed[n] {
					t.Errorf("%s says %q: name the command with Text.Command", name, text)
				}
			}
			return true
		})
	}
	if found < 20 {
		t.Errorf("only %d commands are named at all", found)
	}
}

func literals(n ast.Node, into map[*ast.BasicLit]bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok {
			into[l] = true
		}
		return true
	})
}
