package bot

import (
	"testing"

	"github.com/clarion-bot/clarion/playground"
)

func TestAProfileSaysWhoIsAProgramAndWhoIsGone(t *testing.T) {
	w := newWorld(t, setup{play: func(c *playground.Config) {
		c.Users = append(c.Users, playground.User{ID: "UGONE", Name: "gone", Real: "Olda Gone", Gone: true}, playground.User{ID: "USLACKBOT", Name: "slackbot", Real: "Slackbot"})
	}})
	for user, want := range map[string][2]bool{amira: {false, false}, "UBOT": {true, false}, "USLACKBOT": {true, false}, "UGONE": {false, true}} {
		p, err := w.bot.host.Profile(t.Context(), slackPerson(user, ""))
		if err != nil || p.Bot != want[0] || p.Gone != want[1] || p.Name == "" {
			t.Errorf("%s: %+v %v", user, p, err)
		}
	}
}
