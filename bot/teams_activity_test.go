package bot

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

func TestInTeamsWhatIsTypedIsReadWithoutTheMention(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"a mention":             {`{"type":"message","text":"<at>Clarion</at> drop campaign","recipient":{"id":"28:b"},"entities":[{"type":"mention","text":"<at>Clarion</at>","mentioned":{"id":"28:b"}}]}`, "drop campaign"},
		"spaces of the web":     {`{"type":"message","text":"<at>Clarion</at>&nbsp;store link M&amp;S\n","recipient":{"id":"28:b"},"entities":[{"type":"mention","text":"<at>Clarion</at>","mentioned":{"id":"28:b"}}]}`, "store link M&S"},
		"somebody else's":       {`{"type":"message","text":"<at>Clarion</at> hi <at>Jo</at>","recipient":{"id":"28:b"},"entities":[{"type":"mention","text":"<at>Clarion</at>","mentioned":{"id":"28:b"}},{"type":"mention","text":"<at>Jo</at>","mentioned":{"id":"29:j"}}]}`, "hi <at>Jo</at>"},
		"the name as letters":   {`{"type":"message","text":"@clarion help"}`, "help"},
		"nothing":               {`{"type":"message","text":"<at>Clarion</at>","recipient":{"id":"28:b"},"entities":[{"type":"mention","text":"<at>Clarion</at>","mentioned":{"id":"28:b"}}]}`, ""},
		"a name that begins so": {`{"type":"message","text":"Clarionet lessons"}`, "Clarionet lessons"},
	} {
		a, err := readActivity([]byte(test.body))
		must(t, err)
		if got := a.typed(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestInTeamsAPlaceIsTheChannelAndNotTheThread(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"a thread":           {`{"type":"message","conversation":{"id":"19:a@thread.tacv2;messageid=1","conversationType":"channel"}}`, "19:a@thread.tacv2"},
		"the channel's data": {`{"type":"message","conversation":{"id":"19:x@thread.tacv2;messageid=1"},"channelData":{"channel":{"id":"19:a@thread.tacv2"}}}`, "19:a@thread.tacv2"},
		"a group":            {`{"type":"message","conversation":{"id":"19:g@thread.v2","conversationType":"groupChat"}}`, "19:g@thread.v2"},
		"a personal chat":    {`{"type":"message","conversation":{"id":"a:1","conversationType":"personal"}}`, ""},
	} {
		a, err := readActivity([]byte(test.body))
		must(t, err)
		if got := a.place(); got.ID != test.want || got.ID != "" && got.Platform != clarion.Teams {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestInTeamsAMomentIsReadInTheZoneInWhichItWasAskedFor(t *testing.T) {
	w := newTeamsWorld(t, nil)
	london := w.bot.zoneNamed("Europe/London")
	values, wrong := readInputs(map[string]string{"i:at:date": "2026-07-01", "i:at:time": "06:00", "i:networks:many": "x,a%2Cb", "i:who:person": " Ben@acme.example "}, london)
	if at := values.Moment("at"); len(wrong) > 0 || !at.Equal(time.Date(2026, 7, 1, 5, 0, 0, 0, time.UTC)) {
		t.Errorf("%s, %v", at, wrong)
	}
	if got := values.Chosen("networks"); len(got) != 2 || got[1] != "a,b" {
		t.Errorf("%q", got)
	}
	if got := w.bot.zoneNamed("../../etc/passwd"); got.Location != time.UTC {
		t.Errorf("a zone that is none is %s", got)
	}
	for _, filled := range []map[string]string{{"i:at:date": "2026-07-01"}, {"i:at:time": "06:00"}, {"i:at:date": "1 July", "i:at:time": "6"}} {
		if _, wrong := readInputs(filled, utc); wrong["at"] == "" {
			t.Errorf("%v is taken", filled)
		}
	}
}

func TestUnsignedActivitiesComeFromThisMachineAlone(t *testing.T) {
	w := newTeamsWorld(t, nil)
	cfg := w.bot.cfg
	cfg.InsecureLoopback = true
	open := NewTeams(cfg)
	mux := http.NewServeMux()
	open.Register(mux)
	send := func(change func(*http.Request), service string) int {
		r := httptest.NewRequest(http.MethodPost, "/api/messages", strings.NewReader(`{"type":"typing","channelId":"msteams","serviceUrl":"`+service+`"}`))
		r.RemoteAddr = "127.0.0.1:5000"
		change(r)
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, r)
		return answer.Code
	}
	const here = "http://localhost:56150/_connector"
	if code := send(func(*http.Request) {}, here); code != http.StatusOK {
		t.Errorf("the Agents Playground is answered %d", code)
	}
	for name, change := range map[string]func(*http.Request){
		"from elsewhere":      func(r *http.Request) { r.RemoteAddr = "192.0.2.1:5000" },
		"through a proxy":     func(r *http.Request) { r.Header.Set("X-Forwarded-For", "192.0.2.1") },
		"through another one": func(r *http.Request) { r.Header.Set("Forwarded", "for=192.0.2.1") },
		"from a page":         func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
	} {
		if code := send(change, here); code != http.StatusForbidden {
			t.Errorf("%s is answered %d", name, code)
		}
	}
	if code := send(func(*http.Request) {}, "https://evil.example/"); code != http.StatusForbidden {
		t.Errorf("a service elsewhere is answered %d", code)
	}
	if code := send(func(r *http.Request) {}, ""); code != http.StatusForbidden {
		t.Errorf("no service is answered %d", code)
	}
}

func TestAnActivityOfAnotherTenantIsRefused(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	activity, err := w.teams.Activity("message", amiraInTeams, kingstonInTeams)
	must(t, err)
	activity["channelData"] = map[string]any{"tenant": map[string]any{"id": "somebody-elses"}}
	a, err := w.teams.Raw(t.Context(), activity)
	if err != nil || a.Status != http.StatusForbidden {
		t.Errorf("it is answered %d: %v", a.Status, err)
	}
	activity["channelData"] = map[string]any{"tenant": map[string]any{"id": strings.ToUpper(homeTenant)}}
	if a, err = w.teams.Raw(t.Context(), activity); err != nil || a.Status != http.StatusOK {
		t.Errorf("the tenant in capitals is answered %d: %v", a.Status, err)
	}
}

func TestABodyThatIsNoActivityIsRefused(t *testing.T) {
	w := newTeamsWorld(t, nil)
	for _, body := range []string{"", "{", "[]", "null", `"x"`, `{}`, `{"type":7}`, `{"type":"message","from":"me"}`, strings.Repeat("x", 2<<20)} {
		r := httptest.NewRequest(http.MethodPost, "/api/messages", strings.NewReader(body))
		answer := httptest.NewRecorder()
		w.bot.serve(answer, r)
		if answer.Code != http.StatusBadRequest && answer.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%.40q is answered %d", body, answer.Code)
		}
	}
}

// FuzzActivity reads whatever can be in a body, with the form that it says it hands in.
func FuzzActivity(f *testing.F) {
	for _, seed := range []string{
		`{"type":"message","text":"<at>Clarion</at> help","serviceUrl":"http://localhost:1/","channelId":"msteams","from":{"id":"29:a","aadObjectId":"b"},"conversation":{"id":"19:a@thread.tacv2;messageid=1"},"entities":[{"type":"mention","text":"<at>Clarion</at>","mentioned":{"id":"28:b"}}]}`,
		`{"type":"message","value":{"clarion":{"action":"share","value":"x"},"msteams":{"type":"task/fetch"},"i:a:date":"2026-01-01"},"serviceUrl":"http://localhost:1/"}`,
		`{"type":"invoke","id":"1","name":"task/fetch","value":{"data":{"clarion":{"typed":"drop campaign"}}},"from":{"id":"29:a"},"conversation":{"id":"a:1"},"serviceUrl":"http://localhost:1/"}`,
		`{"type":"invoke","name":"task/submit","value":{"data":{"clarion":{"action":"drop.write","form":true,"zone":"Europe/London","drawn":"AAAA","via":{"action":"x"}},"i:at:date":"x","i:n:many":"a,,b"}},"from":{"id":"29:a"},"serviceUrl":"http://localhost:1/"}`,
		`{"type":"invoke","name":"adaptiveCard/action","value":{"action":{"type":"Action.Execute","verb":"v","data":{"clarion":{"back":true,"drawn":""}}}},"from":{"id":"29:a"},"serviceUrl":"http://localhost:1/"}`,
		`{"type":"invoke","name":"task/fetch","value":[1],"from":{"id":"29:a"},"serviceUrl":"http://localhost:1/"}`,
		`{"type":"conversationUpdate","membersAdded":[{"id":"28:b"}],"membersRemoved":[{"id":"x"}],"recipient":{"id":"28:b"},"channelData":{"eventType":"channelDeleted","team":{"id":"t"},"channel":{"id":"c"}},"serviceUrl":"http://localhost:1/"}`,
		`{"type":"installationUpdate","action":"add","serviceUrl":"http://localhost:1/"}`, `{"type":"messageReaction","reactionsAdded":[{}]}`, `{"type":"","value":null}`, `null`, `7`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := readActivity(body)
		if err != nil {
			return
		}
		a.typed()
		a.place()
		a.person()
		a.zone()
		press, filled, ok := a.pressed()
		if !ok {
			return
		}
		values, wrong := readInputs(filled, utc)
		if len(values) > len(filled) || len(wrong) > len(filled) {
			t.Errorf("%d values and %d mistakes of %d fields", len(values), len(wrong), len(filled))
		}
		if d, err := again(press.Drawn, filled, wrong, nil); err == nil {
			d.answer()
		}
	})
}
