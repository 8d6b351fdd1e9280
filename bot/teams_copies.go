package bot

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

// copyAge is how long a post has to be recorded before another one of the same delivery is taken for a copy. An attempt
// is over long before.
const copyAge = time.Minute

// dropCopy deletes the post in which something was pressed, when it is a copy: when its delivery is recorded with another
// post, because the answer to the making of this one was lost. A bot cannot look for such copies in Teams, and learns
// of one in this way. What was pressed is done all the same.
func (t *Teams) dropCopy(ctx context.Context, o teamsOrigin) {
	pressed := o.activity.ReplyToID
	if o.press.Delivery == "" || pressed == "" || o.kind() == inPersonal {
		return
	}
	if recorded, ok := t.posts.Get(o.press.Delivery); ok && recorded == pressed {
		return
	}
	t.run.background(ctx, "looking for a copy", func(ctx context.Context) {
		copied, err := t.isCopy(ctx, o.press.Delivery, o.activity.place(), pressed)
		if err != nil && !errors.Is(err, clarion.ErrNotFound) {
			t.cfg.Logger.Warn("whether a post is a copy is not known", "delivery", o.press.Delivery, "error", err)
		}
		if !copied {
			return
		}
		address := serviceAddress(o.activity.ServiceURL, "v3", "conversations", o.activity.Conversation.ID, "activities", pressed)
		if t.sent(t.service.do(ctx, call{method: http.MethodDelete, url: address, patience: replyPatience}, nil), "deleting a copy of a post") {
			t.cfg.Logger.Info("a copy of a post is deleted", "delivery", o.press.Delivery, "post", pressed)
		}
	})
}

// isCopy says whether a message is a copy of a delivery's post. What the press says of the delivery came back from outside: a
// message that any delivery is recorded with is never taken for a copy.
func (t *Teams) isCopy(ctx context.Context, delivery string, c clarion.Channel, pressed string) (bool, error) {
	recorded, err := t.recordedPost(ctx, delivery, c)
	if err != nil || recorded == "" || recorded == pressed {
		return false, err
	}
	maker, err := t.cfg.Workspace.PostOf(ctx, c, pressed)
	switch {
	case errors.Is(err, clarion.ErrNotFound):
		return true, nil
	case err != nil:
		return false, err
	}
	its, err := t.recordedPost(ctx, maker, c)
	return err == nil && its != "" && its != pressed, err
}

// recordedPost returns the message with which a delivery to a channel has been recorded for a while, or "".
func (t *Teams) recordedPost(ctx context.Context, delivery string, c clarion.Channel) (string, error) {
	d, err := t.cfg.Workspace.Delivery(ctx, delivery)
	if err != nil {
		return "", err
	}
	message, _, _ := strings.Cut(d.PostID, postSeparator)
	if d.State != clarion.Posted || d.Channel != c || t.cfg.Now().Sub(d.PostedAt) < copyAge {
		return "", nil
	}
	t.posts.Add(d.ID, message)
	return message, nil
}
