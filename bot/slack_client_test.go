package bot

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestOfASlackAnswerOnlyAGoodDrawnViewIsCutShort(t *testing.T) {
	const long = `,"view":{"blocks":[]}}`
	for _, test := range []struct{ path, status, answer, want string }{
		{"/api/views.update", "200", `{"ok":true` + long, `{"ok":true}`},
		{"/api/views.open", "200", `{"ok":true}`, `{"ok":true}`},
		{"/api/views.open", "200", `{"ok":false,"error":"expired_trigger_id"}`, `{"ok":false,"error":"expired_trigger_id"}`},
		{"/api/views.open", "200", `{"ok": true` + long, `{"ok": true` + long},
		{"/api/views.open", "200", `{"ok":truest`, `{"ok":truest`},
		{"/api/views.open", "200", ``, ``},
		{"/api/views.open", "429", `{"ok":true` + long, `{"ok":true` + long},
		{"/api/chat.postMessage", "200", `{"ok":true,"ts":"1.2"}`, `{"ok":true,"ts":"1.2"}`},
	} {
		answers := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if test.status == "429" {
				w.WriteHeader(http.StatusTooManyRequests)
			}
			_, _ = io.WriteString(w, test.answer)
		}))
		request, err := http.NewRequest(http.MethodPost, answers.URL+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := briefClient{answers.Client()}.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(answer.Body)
		if err != nil || answer.Body.Close() != nil || string(got) != test.want {
			t.Errorf("%s, %s, %s gives %q, %v", test.path, test.status, test.answer, got, err)
		}
		answers.Close()
	}
}

func TestAViewWhoseAnswerBreaksOffIsAnError(t *testing.T) {
	client := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
		body := io.MultiReader(strings.NewReader(wentWell+`,"view":{`), broken{})
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(body), Request: r}, nil
	})}
	request, err := http.NewRequest(http.MethodPost, "https://slack.example.com/api/views.update", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (briefClient{client}).Do(request); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("the error is %v", err)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
