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
		d, err := t.cfg.Workspace.Delivery(ctx, o.press.Delivery)
		if err != nil {
			if !errors.Is(err, clarion.ErrNotFound) {
				t.cfg.Logger.Warn("whether a post is a copy is not known", "delivery", o.press.Delivery, "error", err)
			}
			return
		}
		recorded, _, _ := strings.Cut(d.PostID, postSeparator)
		if d.State != clarion.Posted || recorded == "" || d.Channel != o.activity.place() || t.cfg.Now().Sub(d.PostedAt) < copyAge {
			return
		}
		t.posts.Add(d.ID, recorded)
		if recorded == pressed {
			return
		}
		address := serviceAddress(o.activity.ServiceURL, "v3", "conversations", o.activity.Conversation.ID, "activities", pressed)
		if t.sent(t.service.do(ctx, call{method: http.MethodDelete, url: address, patience: replyPatience}, nil), "deleting a copy of a post") {
			t.cfg.Logger.Info("a copy of a post is deleted", "delivery", d.ID, "post", pressed, "recorded", recorded)
		}
	})
}
