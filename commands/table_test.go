package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

func TestEveryCommandIsReachableAndHelpListsWhatTheAskerMayDo(t *testing.T) {
	w := newWorld(t)
	w.campaign("spring")
	for _, user := range []string{"helen", "amira"} {
		help, err := w.typed(user, "ckingston", "/clarion help")
		must(t, err)
		listed := words(help)
		for _, c := range w.table.Commands() {
			_, err := w.typed(user, "ckingston", c.Line())
			may := c.Needs == Anyone || w.team[user]
			if errors.Is(err, ErrUnknown) || errors.Is(err, clarion.ErrNotAllowed) == may {
				t.Errorf("%s types %s: %v", user, c.Line(), err)
			}
			if strings.Contains(listed, c.Summary) != may {
				t.Errorf("help of %s: %s is listed: %v, want %v", user, c.Line(), !may, may)
			}
			if shouted, err := w.typed(user, "ckingston", c.Slash+" "+strings.ToUpper(c.Word)+"  "); may && (err != nil || strings.Contains(words(shouted), "I don't know")) {
				t.Errorf("%s in capitals: %v", c.Line(), err)
			}
		}
	}
}

func TestEveryActionRunsItsOwnHandlerWithItsOwnRole(t *testing.T) {
	ran := ""
	table := &Table{actions: map[string]Action{}}
	for name, a := range newWorld(t).table.actions {
		if name != a.Name {
			t.Errorf("%s stands under %s", a.Name, name)
		}
		a.Run = func(context.Context, Request) (Reply, error) { ran = name; return Reply{}, nil }
		table.handle(a)
	}
	w := newWorld(t)
	for name, a := range table.actions {
		for _, user := range []string{"helen", "amira"} {
			ran = ""
			_, err := table.Do(t.Context(), name, w.from(user, "ckingston"))
			if may := a.Needs == Anyone || w.team[user]; errors.Is(err, clarion.ErrNotAllowed) == may || (ran == name) != may {
				t.Errorf("%s by %s: ran %q, %v", name, user, ran, err)
			}
		}
	}
	// What a form or a button calls is in the table.
	form, err := w.typed("helen", "ckingston", "/drop campaign")
	must(t, err)
	link, err := w.typed("helen", "ckingston", "/store link")
	must(t, err)
	w.campaign("spring")
	ask, err := w.pressed("amira", "elsewhere", ActionShare, "spring")
	must(t, err)
	for _, action := range []string{form.Form.Action, link.Form.Action, ask.Form.Action} {
		if _, ok := table.actions[action]; !ok {
			t.Errorf("nobody answers the form %q", action)
		}
	}
	if _, err := w.pressed("amira", "", "nothing", ""); !errors.Is(err, ErrUnknown) {
		t.Errorf("an unknown action: %v", err)
	}
	if _, err := w.typed("amira", "", "/nothing"); !errors.Is(err, ErrUnknown) {
		t.Errorf("an unknown command: %v", err)
	}
}

func TestTwoOfOneNamePanic(t *testing.T) {
	for name, twice := range map[string]func(*Table){
		"commands": func(t *Table) { t.add(Command{Slash: "/a", Word: "b"}, Command{Slash: "/a", Word: "b"}) },
		"actions":  func(t *Table) { t.handle(Action{Name: "a"}, Action{Name: "a"}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			twice(&Table{actions: map[string]Action{}})
		})
	}
}

func TestSlashesNameEachSlashCommandOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range newWorld(t).table.Slashes() {
		if seen[s.Name] || !strings.HasPrefix(s.Name, "/") || s.Summary == "" {
			t.Errorf("%+v", s)
		}
		seen[s.Name] = true
	}
	if len(seen) != 6 {
		t.Errorf("%d slash commands", len(seen))
	}
}

func TestExplainHasASentenceForEveryErrorAndAReferenceForTheRest(t *testing.T) {
	table := newWorld(t).table
	refused := &chat.RefusedError{Remedy: chat.Say("Type /invite."), Err: errors.New("x")}
	for _, c := range []struct {
		err        error
		says       string
		unexpected bool
	}{
		{fmt.Errorf("a: %w", ErrUnknown), "/clarion help", false},
		{fmt.Errorf("a: %w", clarion.ErrUnavailable), "nothing was counted or changed", false},
		{fmt.Errorf("a: %w: %w", clarion.ErrUnavailable, context.DeadlineExceeded), "nothing was counted or changed", false},
		{context.DeadlineExceeded, "took too long", false},
		{fmt.Errorf("a: %w", clarion.ErrNotAllowed), "Only the social team", false},
		{clarion.ErrEnded, "has ended", false},
		{fmt.Errorf("a: %w", &clarion.NotOpenError{}), "not decided when it opens", false},
		{fmt.Errorf("a: %w", &clarion.NotOpenError{Opens: now}), "This campaign opens Wed 25 Nov 2026, 10:00 UTC. Come back then.", false},
		{clarion.ErrRecalled, "was taken back", false},
		{clarion.ErrExpired, "start again", false},
		{clarion.ErrNotFound, "can't find", false},
		{fmt.Errorf("a: %w", clarion.Invalid("x", "Do this instead.")), "Do this instead.", false},
		{fmt.Errorf("a: %w", refused), "Type /invite.", false},
		{errors.New("disk is on fire"), "ref-7", true},
	} {
		said, unexpected := table.Explain(c.err, "ref-7")
		if !strings.Contains(said.String(), c.says) || unexpected != c.unexpected {
			t.Errorf("%v: %q %v", c.err, said, unexpected)
		}
		if strings.Contains(said.String(), "fire") || strings.Contains(said.String(), "ref-7") != c.unexpected {
			t.Errorf("%v is said as %q", c.err, said)
		}
	}
}
