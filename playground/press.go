package playground

import (
	"context"
	"encoding/json"
)

// Press is a person using an element of a message.
func (s *Slack) Press(ctx context.Context, user, channel, ts string, p Pressed) error {
	s.mu.Lock()
	payload, rm, err := s.pressPayload(user, channel, ts, p)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	if _, err = s.dispatch(ctx, call{kind: "interactive", payload: payload}); err != nil {
		s.tellPerson(rm, user, "This action", err)
	}
	return err
}

// pressPayload makes the block_actions of a message's element. The caller holds mu.
func (s *Slack) pressPayload(user, channel, ts string, p Pressed) (answer, *room, error) {
	rm, err := s.standing(user, channel)
	if err != nil {
		return nil, nil, err
	}
	m := rm.message(ts, user)
	if m == nil {
		return nil, nil, refusal("message_not_found")
	}
	var blocks []object
	if m.Blocks != nil {
		if err := decode(m.Blocks, &blocks); err != nil {
			return nil, nil, err
		}
	}
	action, err := s.action(blocks, p)
	if err != nil {
		return nil, nil, err
	}
	if m.chosen == nil {
		m.chosen = make(map[string]values)
	}
	m.chosen[user] = m.chosen[user].with(action)
	payload := s.interaction("block_actions", user, "")
	payload["actions"] = []answer{answer(action)}
	payload["container"] = answer{
		"type": "message", "message_ts": m.TS, "channel_id": rm.ID, "is_ephemeral": m.Ephemeral != "",
	}
	if m.ThreadTS != "" {
		payload["container"].(answer)["thread_ts"] = m.ThreadTS
	}
	payload["channel"] = answer{"id": rm.ID, "name": rm.Name}
	if rm.Direct != "" {
		payload["channel"] = answer{"id": rm.ID, "name": "directmessage"}
	}
	if m.Ephemeral == "" { // Slack keeps no ephemeral message, so it sends none
		payload["message"] = s.wire(m, true)
	}
	payload["state"] = answer{"values": stateOf(blocks, m.chosen[user])}
	payload["response_url"] = s.issueHook("actions", hook{channel: rm.ID, user: user, original: m.TS})
	return payload, rm, nil
}

// interaction is what every payload of an interaction has. The caller holds mu.
func (s *Slack) interaction(kind, user, view string) answer {
	u, _ := s.users.user(user)
	return answer{
		"type": kind, "token": verificationToken, "api_app_id": AppID,
		"team":       answer{"id": s.team.ID, "domain": s.team.Domain},
		"user":       answer{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": s.team.ID},
		"enterprise": nil, "is_enterprise_install": false, "trigger_id": s.issueTrigger(user, view),
	}
}

// action is the entry of "actions" for a pressed element. The caller holds mu.
func (s *Slack) action(blocks []object, p Pressed) (object, error) {
	block, el := element(blocks, p.BlockID, p.ActionID)
	if el == nil {
		return nil, refusal("no such element: " + p.BlockID + " " + p.ActionID)
	}
	out := object{
		"type": el["type"], "action_id": el["action_id"], "block_id": block["block_id"],
		"action_ts": formatTS(s.cfg.Real().UnixMicro()),
	}
	for _, k := range []string{"text", "value", "style", "placeholder"} {
		if v, ok := el[k]; ok {
			out[k] = v
		}
	}
	if len(p.Value) == 0 {
		return out, nil
	}
	var chosen object
	if err := decode(p.Value, &chosen); err != nil {
		return nil, refusal("invalid_value")
	}
	for k, v := range chosen {
		if k != "type" && k != "action_id" && k != "block_id" {
			out[k] = v
		}
	}
	return out, nil
}

// with is the state after an action.
func (v values) with(action object) values {
	h, ok := holds(text(action, "type"))
	if !ok {
		return v
	}
	block, id := text(action, "block_id"), text(action, "action_id")
	out := make(values, len(v)+1)
	for b, actions := range v {
		out[b] = make(map[string]object, len(actions)+1)
		for a, o := range actions {
			out[b][a] = o
		}
	}
	if out[block] == nil {
		out[block] = make(map[string]object, 1)
	}
	out[block][id] = object{h.field: action[h.field]}
	return out
}

// PressView is a person using an element of a modal or of a Home tab. state is {"values":…} as the form stands; what
// it leaves out has its initial value.
func (s *Slack) PressView(ctx context.Context, user, viewID string, p Pressed, state json.RawMessage) error {
	chosen, err := readState(state)
	if err != nil {
		return err
	}
	s.mu.Lock()
	v := s.views.byID[viewID]
	if v == nil || v.User != user {
		s.mu.Unlock()
		return refusal("not_found")
	}
	payload, err := s.viewPressPayload(v, p, chosen)
	if _, troubled := v.Errors[""]; troubled {
		v.Errors = nil
		s.watchers.Tell()
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	_, err = s.dispatch(ctx, call{kind: "interactive", payload: payload})
	if err != nil {
		s.trouble(v)
	}
	return err
}

// viewPressPayload makes the block_actions of a view's element. The caller holds mu.
func (s *Slack) viewPressPayload(v *view, p Pressed, chosen values) (answer, error) {
	var fields object
	if err := decode(v.JSON, &fields); err != nil {
		return nil, err
	}
	blocks := blocksOf(fields)
	action, err := s.action(blocks, p)
	if err != nil {
		return nil, err
	}
	below := v.ID
	if v.kind == "home" {
		below = ""
	}
	payload := s.interaction("block_actions", v.User, below)
	payload["actions"] = []answer{answer(action)}
	payload["container"] = answer{"type": "view", "view_id": v.ID}
	payload["view"] = s.wireView(v, stateOf(blocks, chosen.with(action)))
	return payload, nil
}
