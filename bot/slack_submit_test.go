package bot

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// picturedPreview writes a campaign with a picture, and returns the id of its preview, whose picture is on its way then.
func (w *world) picturedPreview() (viewID string) {
	w.t.Helper()
	must(w.t, w.Command(w.t.Context(), helen, office, "/drop campaign"))
	came, release := w.hold("views.update")
	must(w.t, w.Submit(w.t.Context(), helen, w.modal(helen, "New campaign").ID, written(w.t, map[string]any{"image": typed("https://shop.example/tree.jpg")})))
	before := w.modal(helen, "Preview")
	if said := string(before.JSON); strings.Contains(said, "image_url") || !strings.Contains(said, "Slack is fetching the picture") {
		w.t.Fatalf("a picture in the answer to a form can keep the preview from opening:\n%s", said)
	}
	<-came
	release()
	return before.ID
}

func TestThePictureOfAPreviewFollowsIt(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.picturedPreview()
	if v := w.modal(helen, `"image_url"`); v.ID != id || strings.Contains(string(v.JSON), "fetching the picture") {
		t.Errorf("the preview with its picture is\n%s", v.JSON)
	}
}

func TestAPreviewThatIsClosedBeforeItsPictureComesIsNoTrouble(t *testing.T) {
	w := newWorld(t, setup{})
	must(t, w.Command(t.Context(), helen, office, "/drop campaign"))
	came, release := w.hold("views.update")
	must(t, w.Submit(t.Context(), helen, w.modal(helen, "New campaign").ID, written(t, map[string]any{"image": typed("https://shop.example/tree.jpg")})))
	must(t, w.CloseView(t.Context(), helen, w.modal(helen, "Preview").ID))
	<-came
	release()
	must(t, w.bot.Close(t.Context())) // it has looked for the preview until it gave up
	if strings.Contains(w.log.String(), "failed") {
		t.Errorf("the log says:\n%s", w.log)
	}
}

func TestAPreviewSaysThatSlackCouldNotFetchItsPicture(t *testing.T) {
	w := newWorld(t, setup{})
	w.front = refusePictures
	id := w.picturedPreview()
	v := w.modal(helen, "Slack could not fetch")
	if said := string(v.JSON); v.ID != id || strings.Contains(said, "image_url") || !strings.Contains(said, "https://shop.example/tree.jpg") || !strings.Contains(said, "Post now") {
		t.Errorf("the preview is\n%s", said)
	}
	must(t, w.Submit(t.Context(), helen, v.ID, nil))
	w.said(helen, office, "is on its way to 2 stores")
}

func TestASlowPreviewOpensWithoutItsPictureToo(t *testing.T) {
	w := newWorld(t, setup{bot: impatient})
	w.front = refusePictures
	must(t, w.Command(t.Context(), helen, office, "/drop campaign"))
	form := w.modal(helen, "New campaign")
	_, release := w.hold("users.info")
	must(t, w.Submit(t.Context(), helen, form.ID, written(t, map[string]any{
		"image": typed("https://shop.example/tree.jpg"), "approver": map[string]any{"selected_user": amira},
	})))
	w.modal(helen, "One moment")
	release()
	w.modal(helen, "Slack could not fetch")
}

func TestOnlyWhatSlackRefusesForAPictureIsShownWithoutIt(t *testing.T) {
	pictured := &chat.Form{Title: "T", Parts: []chat.Part{chat.Picture{Address: "https://shop.example/tree.jpg", Alt: "a tree"}}}
	small := &chat.Form{Title: "T", Parts: []chat.Part{chat.Paragraph{Text: chat.Say("A tree"), Thumbnail: &chat.Picture{Address: "https://shop.example/tree.jpg", Alt: "a tree"}}}}
	plain := &chat.Form{Title: "T", Parts: []chat.Part{chat.Paragraphs(chat.Say("A tree"))}}
	for _, c := range []struct {
		form  *chat.Form
		err   error
		times int
	}{
		{pictured, nil, 1},
		{pictured, slack.SlackErrorResponse{Err: "invalid_blocks"}, 2},
		{pictured, slack.SlackErrorResponse{Err: "invalid_arguments"}, 2},
		{small, slack.SlackErrorResponse{Err: "invalid_arguments"}, 2},
		{pictured, slack.SlackErrorResponse{Err: "expired_trigger_id"}, 1},
		{pictured, errors.New("cut"), 1},
		{plain, slack.SlackErrorResponse{Err: "invalid_arguments"}, 1},
	} {
		times := 0
		err := showLess(c.form, func(f *chat.Form) error {
			times++
			if hasPictures(f.Parts) != (times == 1 && c.form != plain) {
				t.Errorf("%v: at attempt %d it is shown as %+v", c.err, times, f.Parts)
			}
			if times == 2 {
				return nil
			}
			return c.err
		})
		if times != c.times || (err == nil) != (c.times == 2 || c.err == nil) {
			t.Errorf("%v: shown %d times, %v", c.err, times, err)
		}
	}
}

func TestWhereThreeViewsStandANoticeTakesThePlaceOfThePreview(t *testing.T) {
	for name, change := range map[string]func(*SlackConfig){"at once": nil, "later": impatient} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, setup{bot: change})
			topic := clarion.Topic{ID: "t", Name: "Products", Schedule: "every weekday at 09:00", Audience: clarion.Audience{All: true}, Days: 7, Networks: clarion.Networks(), Hashtag: "#Products", Feed: "https://shop.example/feed"}
			_, err := w.workspace.AddTopic(t.Context(), topic)
			must(t, err)
			_, err = w.workspace.Suggest(t.Context(), clarion.Suggestion{Topic: "t", At: monday, Item: clarion.Item{GUID: "1", Title: "A lamp", Text: "It is bright.", Link: "https://shop.example/lamp"}}, clarion.Delivery{})
			must(t, err)
			must(t, w.Command(t.Context(), helen, office, "/drop topics"))
			must(t, w.press(helen, w.said(helen, office, "Products"), "suggestions"))
			must(t, w.pressView(helen, w.modal(helen, "A lamp"), "suggestion.edit", nil))
			form := w.modal(helen, "New campaign")
			must(t, w.Submit(t.Context(), helen, form.ID, nil))
			preview := w.modal(helen, "Add to the queue")
			w.redis.FastForward(25 * time.Hour) // its draft is gone
			must(t, w.Submit(t.Context(), helen, preview.ID, nil))
			w.modal(helen, "has expired. Please start again")
			if views := w.Views(helen); len(views) != 3 || views[1].ID != form.ID {
				t.Errorf("%d views are open, and the form is not below the notice", len(views))
			}
		})
	}
}
