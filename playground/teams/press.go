package teams

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// Press presses an action of a message's card: by its title, or "#2" for the third of the card in the order in which
// they are seen. Inputs are what the person fills in, by the inputs' ids; for the others the card's own values hold.
// The client refuses what the card forbids, and the bot hears nothing of it.
func (s *Service) Press(ctx context.Context, person string, m Message, action string, inputs map[string]string) (Answer, error) {
	card := s.Seen(person, m)
	pressed, filled, err := press(card, action, inputs)
	if err != nil {
		return Answer{}, fmt.Errorf("message %s: %w", m.ID, err)
	}
	s.mu.Lock()
	who, p, root, err := s.at(person, m.Conversation)
	if err != nil {
		s.mu.Unlock()
		return Answer{}, err
	}
	base := s.activity("message", s.newID(), who, p, root)
	base["replyToId"] = m.ID
	base["channelData"].(map[string]any)["source"] = map[string]any{"name": "message"}
	s.mu.Unlock()
	switch pressed["type"] {
	case "Action.OpenUrl":
		return Answer{URL: text(pressed, "url")}, nil
	case "Action.Execute":
		return s.execute(ctx, who, m, base, pressed, filled)
	case "Action.Submit":
		return s.submit(ctx, who, base, pressed, filled)
	}
	return Answer{}, fmt.Errorf("message %s: the client itself does %s", m.ID, pressed["type"])
}

// submit does an Action.Submit in a message: by what msteams in its data says, it fetches a dialog or sends a message
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-actions#adaptive-cards-actions).
func (s *Service) submit(ctx context.Context, who *Person, activity, pressed map[string]any, filled map[string]any) (Answer, error) {
	data, err := merged(pressed, filled)
	if err != nil {
		return Answer{}, err
	}
	object, _ := data.(map[string]any)
	own, _ := object["msteams"].(map[string]any)
	switch text(own, "type") {
	case "task/fetch":
		if who.NoDialogs {
			break
		}
		invoke(activity, "task/fetch", map[string]any{"data": data, "context": map[string]any{"theme": "default"}})
		return s.invoke(ctx, who, activity)
	case "imBack":
		return s.Say(ctx, who.ID, text(own, "value"))
	case "messageBack":
		activity["text"], data = text(own, "text"), own["value"]
	}
	activity["value"] = data
	return s.Raw(ctx, activity)
}

// execute does an Action.Execute. Who pressed sees the card that the bot answers instead of the one pressed in; the
// others see it when the bot changes the message.
func (s *Service) execute(ctx context.Context, who *Person, m Message, activity, pressed map[string]any, filled map[string]any) (Answer, error) {
	data, err := merged(pressed, filled)
	if err != nil {
		return Answer{}, err
	}
	action := map[string]any{"type": "Action.Execute", "data": data}
	for _, name := range []string{"id", "verb", "title"} {
		if pressed[name] != nil {
			action[name] = pressed[name]
		}
	}
	invoke(activity, "adaptiveCard/action", map[string]any{"action": action, "trigger": "manual"})
	a, err := s.invoke(ctx, who, activity)
	if err != nil || a.Card == nil {
		return a, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.places[placeOf(m.Conversation)].message(m.ID); now != nil {
		if now.views == nil {
			now.views = map[string]json.RawMessage{}
		}
		now.views[who.ID] = a.Card
		s.watchers.Tell()
	}
	return a, nil
}

// Submit presses an action of a dialog, as Press does of a message, and shows what becomes of the dialog.
func (s *Service) Submit(ctx context.Context, d *Dialog, action string, inputs map[string]string) (Answer, error) {
	if d == nil || d.Card == nil {
		return Answer{}, fmt.Errorf("there is no dialog to press %q in", action)
	}
	pressed, filled, err := press(d.Card, action, inputs)
	if err != nil {
		return Answer{}, fmt.Errorf("dialog %q: %w", d.Title, err)
	}
	switch pressed["type"] {
	case "Action.OpenUrl":
		return Answer{URL: text(pressed, "url"), Dialog: d}, nil
	case "Action.Submit":
	default:
		return Answer{}, fmt.Errorf("dialog %q: there %s does nothing", d.Title, pressed["type"])
	}
	data, err := merged(pressed, filled)
	if err != nil {
		return Answer{}, err
	}
	activity := maps.Clone(d.activity)
	s.mu.Lock()
	activity["id"] = s.newID()
	s.mu.Unlock()
	invoke(activity, "task/submit", map[string]any{"data": data, "context": map[string]any{"theme": "default"}})
	return s.invoke(ctx, d.person, activity)
}

func invoke(activity map[string]any, name string, value map[string]any) {
	activity["type"], activity["name"], activity["value"] = "invoke", name, value
	delete(activity, "text")
}

func placeOf(conversation string) string {
	id, _, _ := strings.Cut(conversation, ";messageid=")
	return id
}

// press finds an action in a card, and what its inputs would send.
func press(raw json.RawMessage, wanted string, given map[string]string) (action, filled map[string]any, err error) {
	var card map[string]any
	if err := json.Unmarshal(raw, &card); err != nil {
		return nil, nil, fmt.Errorf("there is no card to press %q in: %w", wanted, err)
	}
	actions := actionsOf(card)
	var titles []string
	for i, a := range actions {
		title := text(a, "title")
		titles = append(titles, title)
		if action == nil && (title == wanted || wanted == "#"+strconv.Itoa(i)) {
			action = a
		}
	}
	if action == nil {
		return nil, nil, fmt.Errorf("there is no action %q among %q", wanted, titles)
	}
	if enabled, ok := action["isEnabled"].(bool); ok && !enabled {
		return nil, nil, fmt.Errorf("action %q is not enabled", wanted)
	}
	if action["type"] == "Action.OpenUrl" || action["associatedInputs"] == "none" {
		return action, nil, nil
	}
	filled, err = fill(card, given)
	return action, filled, err
}

// actionsOf are a card's actions, those of cards that it can show among them.
func actionsOf(card map[string]any) []map[string]any {
	var all []map[string]any
	walk(card, func(element map[string]any) {
		if strings.HasPrefix(text(element, "type"), "Action.") {
			all = append(all, element)
		}
	})
	return all
}

// Actions are the titles of a card's actions, in the order in which they are seen.
func Actions(card json.RawMessage) []string {
	var content map[string]any
	if json.Unmarshal(card, &content) != nil {
		return nil
	}
	var all []string
	for _, a := range actionsOf(content) {
		all = append(all, text(a, "title"))
	}
	return all
}

// merged is the data of an action together with what was filled in, which wins.
func merged(action, filled map[string]any) (any, error) {
	switch data := action["data"].(type) {
	case nil:
		if filled == nil {
			filled = map[string]any{}
		}
		return filled, nil
	case map[string]any:
		out := maps.Clone(data)
		maps.Copy(out, filled)
		return out, nil
	default:
		if len(filled) > 0 {
			return nil, fmt.Errorf("the data of action %q is no object, so that what was filled in is lost", text(action, "title"))
		}
		return data, nil
	}
}
