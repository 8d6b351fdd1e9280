package teams

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Answer is what the bot answered to one activity.
type Answer struct {
	Activity json.RawMessage // what was sent, for Again
	Status   int
	Body     json.RawMessage // nil if there is none, or no JSON

	Dialog  *Dialog         // of a press that fetches a dialog, and of what is submitted in one
	Card    json.RawMessage // which an action got instead of the one pressed in
	Message string          // which an action got to be shown for a moment
	URL     string          // which the button opens; the bot hears nothing of it
}

// OK tells whether the bot took the activity.
func (a Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Dialog is a dialog as it stands before one person.
type Dialog struct {
	Title   string
	Card    json.RawMessage // nil when it is closed, or shows a message
	Message string          // what it says last
	Closed  bool            // there is nothing more to submit

	person   *Person
	activity map[string]any // of its conversation, without what was pressed
}

// Raw posts an activity to the bot as it is.
func (s *Service) Raw(ctx context.Context, activity map[string]any) (Answer, error) {
	raw, err := json.Marshal(activity)
	if err != nil {
		return Answer{}, fmt.Errorf("write an activity: %w", err)
	}
	return s.post(ctx, raw)
}

// Again posts the activity of an answer once more, with the same id, as Teams does when the first answer came late.
func (s *Service) Again(ctx context.Context, a Answer) (Answer, error) {
	return s.post(ctx, a.Activity)
}

func (s *Service) post(ctx context.Context, activity json.RawMessage) (Answer, error) {
	a := Answer{Activity: activity}
	s.mu.Lock()
	bot := s.bot
	s.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, bot, bytes.NewReader(activity))
	if err != nil {
		return a, fmt.Errorf("post an activity: %w", err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	if s.cfg.Login != nil {
		r.Header.Set("Authorization", "Bearer "+s.cfg.Login.Bearer(s.ServiceURL()))
	}
	resp, err := s.client.Do(r)
	if err != nil {
		return a, fmt.Errorf("post an activity: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	if err != nil {
		return a, fmt.Errorf("read the bot's answer: %w", err)
	}
	a.Status = resp.StatusCode
	if body = bytes.TrimSpace(body); json.Valid(body) {
		a.Body = body
	}
	return a, nil
}

// invoke posts an activity whose answer is shown. An answer that Teams could not show is an error.
func (s *Service) invoke(ctx context.Context, person *Person, activity map[string]any) (Answer, error) {
	a, err := s.Raw(ctx, activity)
	if err != nil || !a.OK() {
		return a, err
	}
	switch activity["name"] {
	case "task/fetch", "task/submit":
		a.Dialog, err = s.dialog(a.Body)
		if a.Dialog != nil {
			a.Dialog.person, a.Dialog.activity = person, activity
		}
	case "adaptiveCard/action":
		err = s.replaced(&a)
	}
	if err != nil {
		return a, fmt.Errorf("the answer to %s: %w", activity["name"], err)
	}
	return a, nil
}

// dialog reads the answer to task/fetch and task/submit; an empty one closes the dialog
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots#responds-to-the-tasksubmit-messages).
func (s *Service) dialog(body json.RawMessage) (*Dialog, error) {
	var in struct {
		Task *struct {
			Type  string          `json:"type"`
			Value json.RawMessage `json:"value"`
		} `json:"task"`
	}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, err
		}
	}
	if in.Task == nil {
		return &Dialog{Closed: true}, nil
	}
	switch in.Task.Type {
	case "message":
		d := &Dialog{Closed: true}
		return d, json.Unmarshal(in.Task.Value, &d.Message)
	case "continue":
	default:
		return nil, fmt.Errorf("a task of type %q", in.Task.Type)
	}
	var value struct {
		Title string `json:"title"`
		URL   string `json:"url"`
		Card  *struct {
			Type    string          `json:"contentType"`
			Content json.RawMessage `json:"content"`
		} `json:"card"`
	}
	if err := json.Unmarshal(in.Task.Value, &value); err != nil {
		return nil, err
	}
	if value.Card == nil || value.Card.Type != AdaptiveCard {
		return nil, fmt.Errorf("a dialog with no Adaptive Card; its address is %q", value.URL)
	}
	return &Dialog{Title: value.Title, Card: value.Card.Content}, checkRaw(value.Card.Content)
}

// replaced reads the answer to adaptiveCard/action
// (https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format).
func (s *Service) replaced(a *Answer) error {
	var in struct {
		Status int             `json:"statusCode"`
		Type   string          `json:"type"`
		Value  json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(a.Body, &in); err != nil {
		return err
	}
	switch in.Type {
	case AdaptiveCard:
		a.Card = in.Value
		if in.Status != http.StatusOK {
			return fmt.Errorf("a card with the status %d", in.Status)
		}
		return checkRaw(in.Value)
	case "application/vnd.microsoft.activity.message":
		return json.Unmarshal(in.Value, &a.Message)
	case "application/vnd.microsoft.error":
		var refused struct {
			Code, Message string
		}
		err := json.Unmarshal(in.Value, &refused)
		a.Status, a.Message = in.Status, refused.Message
		return err
	}
	return fmt.Errorf("the type %q is unknown", in.Type)
}

func checkRaw(card json.RawMessage) error {
	var content any
	if err := json.Unmarshal(card, &content); err != nil {
		return err
	}
	return checkCard(content)
}
