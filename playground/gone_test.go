package playground_test

import (
	"testing"

	"github.com/clarion-bot/clarion/playground"
)

func TestWhoIsGoneIsStillKnownAndCannotBeWrittenTo(t *testing.T) {
	w := newWorld(t, func(c *playground.Config) {
		c.Users = append(c.Users, playground.User{ID: "UGONE", Name: "gone", Real: "Olda Gone", Gone: true})
	})
	u, err := w.api.GetUserInfo("UGONE")
	if err != nil || !u.Deleted || u.RealName != "Olda Gone" {
		t.Errorf("%+v %v", u, err)
	}
	if u, err := w.api.GetUserInfo(ben); err != nil || u.Deleted {
		t.Errorf("%+v %v", u, err)
	}
	if _, _, out := w.ask(t, "conversations.open", map[string]string{"users": "UGONE"}); out["error"] != "user_disabled" {
		t.Errorf("a conversation with who is gone: %v", out)
	}
}
