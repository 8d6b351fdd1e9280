package commands

import (
	"strings"
	"testing"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// onTeams is a request of somebody on Teams.
func (w *world) onTeams(user, channel string) Request {
	r := w.from(user, "")
	r.Person = chat.Person{Platform: clarion.Teams, ID: user, Name: user}
	if channel != "" {
		r.Channel = clarion.Channel{Platform: clarion.Teams, ID: channel}
	}
	return r
}

func (w *world) typedOnTeams(user, channel, line string) (Reply, error) {
	w.t.Helper()
	return w.types(w.onTeams(user, channel), line)
}

func (w *world) pressedOnTeams(user, channel, action, value string) (Reply, error) {
	w.t.Helper()
	return w.presses(w.onTeams(user, channel), action, value)
}

// mentions returns the runs of a reply that mention somebody.
func mentions(r Reply) []chat.Run {
	var runs []chat.Run
	parts := []chat.Part{}
	if r.Message != nil {
		parts = r.Message.Parts
	}
	if r.Form != nil {
		parts = append(parts, r.Form.Parts...)
	}
	for _, p := range parts {
		var text chat.Text
		switch p := p.(type) {
		case chat.Paragraph:
			text = p.Text
		case chat.Note:
			text = chat.Text(p)
		}
		for _, run := range text {
			if !run.Person.IsZero() || !run.Channel.IsZero() {
				runs = append(runs, run)
			}
		}
	}
	return runs
}

func TestAColleagueOnTheOtherPlatformIsCalledByName(t *testing.T) {
	w := newWorld(t)
	w.team["ben"] = true
	c := w.written(chat.Values{"at": hours(24), "ends": hours(48)})
	_, err := w.pressed("helen", "coffice", actionDropCancel, string(c.ID))
	must(t, err)

	r, err := w.typedOnTeams("ben", "", "/drop list")
	says(t, r, err, "Cancelled by Helen at")
	if runs := mentions(r); len(runs) != 1 || runs[0].Person != (chat.Person{Platform: clarion.Slack, ID: "helen", Name: "Helen"}) {
		t.Errorf("%+v", runs)
	}
	w.team["amira"] = true
	r, err = w.typed("amira", "coffice", "/drop list")
	if runs := mentions(r); err != nil || len(runs) != 1 || runs[0].Person.ID != "helen" || runs[0].Text != "" {
		t.Errorf("Slack names its own: %+v %v", runs, err)
	}
	// A partner is called as the roster does; of somebody whom nobody knows it is said that there is somebody.
	w.member("helen", "", "leeds")
	must(t, w.workspace.PutName(t.Context(), "slack:helen", "Old name"))
	r, err = w.typedOnTeams("ben", "", "/drop list")
	says(t, r, err, "Cancelled by helen at")
	delete(w.profiles, "cleo")
	w.team["cleo"] = true
	_, err = w.pressed("cleo", "coffice", actionDropCancel, string(w.written(chat.Values{"title": {Text: "Two"}, "at": hours(24), "ends": hours(48)}).ID))
	must(t, err)
	r, err = w.typedOnTeams("ben", "", "/drop list")
	says(t, r, err, "Cancelled by a colleague at")
}

func TestAChannelIsCalledByTheNameThatTheBotWasTold(t *testing.T) {
	w := newWorld(t)
	w.team["ben"] = true
	here := clarion.Channel{Platform: clarion.Teams, ID: "19:k@thread.tacv2"}
	must(t, w.workspace.PutContact(t.Context(), here, storage.Contact{Name: "Kingston shop"}))
	r, err := w.typedOnTeams("ben", here.ID, "/store link kingston")
	says(t, r, err, "Kingston shop is now the channel of Kingston.")
	if r.Message.Summary != "Kingston shop is now the channel of Kingston." {
		t.Errorf("the summary is %q", r.Message.Summary)
	}
	r, err = w.typedOnTeams("ben", "19:x@thread.tacv2", "/store link kingston")
	says(t, r, err, "a channel in Teams is now the channel of Kingston. Before, it talked in Kingston shop.")
	r, err = w.typed("helen", "cnew", "/store link leeds")
	says(t, r, err, "cnew is now the channel of Leeds. Before, it talked in cleeds.") // Slack shows their names by itself
}

func TestAQuestionForAYesCrossesPlatforms(t *testing.T) {
	w := newWorld(t)
	w.team["ben"] = true
	preview, err := w.sentBy(w.from("helen", "coffice"), actionDropWrite, "", asked(nil))
	must(t, err)
	_, err = w.sentBy(w.from("helen", "coffice"), actionDropConfirm, preview.Form.State, nil)
	must(t, err)
	c := w.stored(clarion.CampaignID(preview.Form.State))

	form, err := w.pressedOnTeams("ben", "", actionDropEdit, string(c.ID))
	must(t, err)
	for _, part := range form.Form.Parts {
		if in, ok := part.(chat.Input); ok && in.Name == "approver" {
			if f := in.Field.(chat.PersonField); !f.Initial.IsZero() || f.Placeholder != "Amira, in Slack" || !strings.HasPrefix(in.Hint, "Amira, in Slack, is asked unless you choose somebody else here.") {
				t.Errorf("%+v", in)
			}
		}
	}
	// What is saved there is asked of her anew, although Teams cannot show her in the form.
	values := asked(chat.Values{"title": {Text: "Spring, rewritten"}})
	delete(values, "approver")
	preview, err = w.sentBy(w.onTeams("ben", ""), actionDropRewrite, form.Form.State, values)
	says(t, preview, err, "once Amira has said yes")
	_, err = w.sentBy(w.onTeams("ben", ""), actionDropSave, preview.Form.State, nil)
	must(t, err)
	if a := w.stored(c.ID).Approval; a == nil || a.By != "slack:amira" || a.Name != "Amira" || a.State != clarion.Asked {
		t.Errorf("the approval is %+v", a)
	}
	// Somebody else can be chosen there, but nobody who wrote it, whichever platform they are on.
	form, err = w.pressedOnTeams("ben", "", actionDropEdit, string(c.ID))
	must(t, err)
	_, _, err = w.workspace.Import(t.Context(), []clarion.Member{{Partner: clarion.Partner{ID: "h", Name: "Helen", Store: "leeds"}, Identities: []clarion.Identity{"slack:helen", "teams:h-2"}}}, nil)
	must(t, err)
	for who, want := range map[string]string{"h-2": ownYes, "ben": ownYes, "dan": ""} {
		values["approver"] = chat.Value{Person: chat.Person{Platform: clarion.Teams, ID: who}}
		r, err := w.sentBy(w.onTeams("ben", ""), actionDropRewrite, form.Form.State, values)
		if err != nil || r.Wrong["approver"] != want {
			t.Errorf("%s: %v %v", who, r.Wrong, err)
		}
	}
	copied, err := w.pressedOnTeams("ben", "", actionDropCopy, string(c.ID))
	must(t, err)
	if strings.Contains(words(copied), "in Slack") {
		t.Error("a copy asks somebody who cannot be chosen where it is written")
	}
}
