package commands

import (
	"context"
	"errors"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// ErrUnknown says that the table has no such command or action.
var ErrUnknown = errors.New("no such command or action")

// sentences turns the errors that people can do something about into words for them.
var sentences = []struct {
	err  error
	says string
}{
	{ErrUnknown, "I don't know that one. Type /clarion help to see what I can do."},
	{clarion.ErrUnavailable, "I can't reach my memory right now, so nothing was counted or changed. Please try again in a minute."},
	{context.DeadlineExceeded, "That took too long, and I gave up. Please try again in a minute."},
	{clarion.ErrNotAllowed, "Only the social team may do that. Ask them to post it for you; /clarion help lists what you may do."},
	{clarion.ErrEnded, "This campaign has ended, so it can no longer be shared. Thank you for wanting to!"},
	{clarion.ErrRecalled, "This campaign was taken back, so it cannot be shared now. If you have posted it, please take your post down."},
	{clarion.ErrNotOpen, "This campaign is not open yet, and it is not decided when it opens. You see it in your store's channel when it does."},
	{clarion.ErrExpired, "This form was open for too long and has expired. Please start again."},
	{storage.ErrRevised, "Others are changing this campaign at the same moment, so nothing was changed. Please try again."},
	{storage.ErrTitlesChanged, "Others are storing campaigns at the same moment, so nothing was stored. Please try again."},
	{clarion.ErrNotFound, "I can't find that any more. It may have been removed."},
}

// Explain returns the sentence that a person reads when a handler returned err. Unexpected says that the
// error is none of those a person can do something about: then the sentence names the reference under which
// the log has it. What is to be typed stands in the errors' sentences as it is in the table, and is shown as it is
// typed on the person's platform.
func (t *Table) Explain(err error, reference string) (sentence chat.Text, unexpected bool) {
	var invalid *clarion.InvalidError
	if errors.As(err, &invalid) {
		return t.spoken(invalid.Reason), false
	}
	var refused *chat.RefusedError
	if errors.As(err, &refused) {
		return refused.Remedy, false
	}
	if opens, known := clarion.OpensAt(err); known {
		return chat.Say("This campaign opens ").At(opens, t.location).Say(". Come back then."), false
	}
	for _, s := range sentences {
		if errors.Is(err, s.err) {
			return t.spoken(s.says), false
		}
	}
	return chat.Say("Something went wrong on my side. Please try again; if it happens again, tell whoever looks after me the reference ").Code(reference).Say("."), true
}
