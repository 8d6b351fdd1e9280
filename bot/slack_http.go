package bot

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/slack-go/slack"
)

// entrance wraps a handler for Slack's requests: the body is bounded, and the signature over it is checked
// before anything in it is read (https://docs.slack.dev/authentication/verifying-requests-from-slack/).
// The handler gets the body as it was signed.
func (s *Slack) entrance(name string, h func(w http.ResponseWriter, r *http.Request, body []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		counted := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			s.metrics.requests.WithLabelValues(name, strconv.Itoa(counted.status)).Observe(time.Since(start).Seconds())
		}()
		defer answerPanic(counted, name, s.cfg.Logger, s.cfg.NewReference)
		body, ok := readBody(counted, r)
		if !ok {
			return
		}
		if err := s.verify(r.Header, body); err != nil {
			s.cfg.Logger.Warn("a request was not signed by Slack", "entrance", name, "error", err)
			http.Error(counted, "The request is not signed by Slack, or is older than five minutes. Check SLACK_SIGNING_SECRET and the clock.", http.StatusUnauthorized)
			return
		}
		h(counted, r, body)
	}
}

func (s *Slack) verify(header http.Header, body []byte) error {
	v, err := slack.NewSecretsVerifier(header, s.cfg.SigningSecret)
	if err != nil {
		return err
	}
	if _, err := v.Write(body); err != nil {
		return err
	}
	return v.Ensure()
}

func (s *Slack) httpCommand(w http.ResponseWriter, r *http.Request, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		http.Error(w, "The body is not a form.", http.StatusBadRequest)
		return
	}
	if form.Get("ssl_check") == "1" {
		return
	}
	s.answer(w, s.command(r.Context(), slack.SlashCommand{
		UserID: form.Get("user_id"), UserName: form.Get("user_name"), ChannelID: form.Get("channel_id"), Command: form.Get("command"),
		Text: form.Get("text"), ResponseURL: form.Get("response_url"), TriggerID: form.Get("trigger_id"),
	}))
}

func (s *Slack) httpAction(w http.ResponseWriter, r *http.Request, body []byte) {
	payload, err := interactionPayload(body)
	if err != nil {
		http.Error(w, "The body is not a form.", http.StatusBadRequest)
		return
	}
	if payload == nil { // Slack looks at the certificate
		return
	}
	answer, err := s.interaction(r.Context(), payload)
	if err != nil {
		s.cfg.Logger.Warn("an interaction could not be read", "error", err)
		http.Error(w, "The payload is not an interaction.", http.StatusBadRequest)
		return
	}
	s.answer(w, answer)
}

func (s *Slack) httpEvent(w http.ResponseWriter, r *http.Request, body []byte) {
	answer, err := s.event(r.Context(), body)
	if err != nil {
		s.cfg.Logger.Warn("an event could not be read", "error", err)
		http.Error(w, "The body is not an event.", http.StatusBadRequest)
		return
	}
	s.answer(w, answer)
}

// answer writes what Slack reads in the response: JSON, or nothing for a bare acknowledgement.
func (s *Slack) answer(w http.ResponseWriter, body any) {
	if body == nil {
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		s.cfg.Logger.Warn("an answer to Slack was cut", "error", err)
	}
}
