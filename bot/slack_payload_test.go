package bot

import (
	"bytes"
	"net/url"
	"testing"
)

func FuzzAnInteractionsBodyIsReadAsNetURLReadsIt(f *testing.F) {
	for _, body := range []string{
		"payload=%7B%22type%22%3A%22block_actions%22%7D", "payload=a+b%2Bc", "payload=%e2%98%83", "payload=", "payload", "", "payload=%", "payload=%2",
		"payload=%zz", "payload=a&payload=b", "x=1&payload=%7b%7d", "payload=a;b", "payload=\xff",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		form, wantErr := url.ParseQuery(string(body))
		payload, err := interactionPayload(body)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: the error is %v, and by net/url %v", body, err, wantErr)
		}
		if err == nil && form.Get("ssl_check") != "1" && !bytes.Equal(payload, []byte(form.Get("payload"))) {
			t.Fatalf("%q: the payload is %q, and by net/url %q", body, payload, form.Get("payload"))
		}
	})
}

func TestALookAtTheCertificateHasNoPayload(t *testing.T) {
	if payload, err := interactionPayload([]byte("ssl_check=1&token=x")); payload != nil || err != nil {
		t.Fatalf("%q, %v", payload, err)
	}
}

func TestOnlyWhatTheBotNeedsIsReadOfAnInteraction(t *testing.T) {
	in, err := readInteraction([]byte(`{"type":"block_actions","trigger_id":"1.2","user":{"id":"U1","name":"amira","team_id":"T1"},"enterprise":null,
		"container":{"type":"message","is_ephemeral":true},"channel":{"id":"C1"},"response_url":"https://hooks.example.com/1",
		"message":{"blocks":[{"type":"nobody knows","elements":[{"a":"b"},null,1e3]}]},"state":{"values":{}},"channel":{"id":"C2"},
		"actions":[{"action_id":"share.caption","type":"static_select","selected_option":{"value":"c/1","text":{"text":"\ud83e\udd8a \ud800"}}}],
		"view":{"id":"V1","type":"modal","callback_id":"x","private_metadata":"{\"s\":\"1\"}","state":{"values":{"title":{"title":{"type":"plain_text_input","value":null}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if in.User.ID != "U1" || in.TriggerID != "1.2" || !in.Container.Ephemeral || in.ResponseURL == "" ||
		in.Actions[0].ID != "share.caption" || in.Actions[0].SelectedOption.Value != "c/1" || in.View.Metadata != `{"s":"1"}` || in.View.State.Values["title"]["title"].Value != "" {
		t.Fatalf("%+v", in)
	}
	for _, broken := range []string{``, `{`, `[]`, `"x"`, `{"user":1}`, `{"type":"block_actions"} {}`} {
		if _, err := readInteraction([]byte(broken)); err == nil {
			t.Errorf("%q is read as an interaction", broken)
		}
	}
}
