package commands

import (
	"context"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// actionDropRetry is the press on Try again, wherever it stands. Its value is a [clarion.Group].
const actionDropRetry = "drop.retry"

// retry answers a press on Try again: what failed of the group is due at once.
func (d *drops) retry(ctx context.Context, r Request) (Reply, error) {
	opened, err := retryGroup(ctx, r, clarion.Group(r.Value))
	if err != nil {
		return Reply{}, err
	}
	return sentence(retried(opened))
}

// retryGroup makes the failed deliveries of a group wait again, due now, and says how many that were.
func retryGroup(ctx context.Context, r Request, g clarion.Group) (opened int, err error) {
	deliveries, err := r.Workspace.Deliveries(ctx, g)
	if err != nil {
		return 0, err
	}
	var broken []string
	for _, d := range deliveries {
		if d.State == clarion.Failed {
			broken = append(broken, d.ID)
		}
	}
	return r.Workspace.Retry(ctx, r.At, broken...)
}

// retried says what came of a press on Try again.
func retried(opened int) chat.Text {
	if opened == 0 {
		return chat.Say("Nothing of it is left to try again: it was tried again already, or it is not wanted any more.")
	}
	return chat.Strong(chat.Count(opened, "post")).Say(" will be tried again now. If one fails again, you are told.")
}
