package playground

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/clarion-bot/clarion/playground/blockkit"
)

const (
	maxView  = 250_000 // bytes; "view_too_large" of https://docs.slack.dev/reference/methods/views.open
	maxViews = 3       // in one stack (https://docs.slack.dev/surfaces/modals)
)

// readView checks a view of one kind as Slack does before it takes it, and fills in missing ids.
func (s *Slack) readView(raw, kind string) (json.RawMessage, object, error) {
	if raw == "" {
		return nil, nil, args{}.need("view")
	}
	if len(raw) > maxView {
		return nil, nil, refusal("view_too_large")
	}
	var v object
	if err := decode(json.RawMessage(raw), &v); err != nil || v == nil {
		return nil, nil, &refused{code: "invalid_arguments", messages: []string{"[ERROR] must be a valid JSON object [json-pointer:/view]"}}
	}
	if v["type"] != kind {
		return nil, nil, &refused{code: "invalid_arguments", messages: []string{
			"[ERROR] must be " + kind + " [json-pointer:/view/type]",
		}}
	}
	if err := sayProblems("invalid_arguments", "/view", blockkit.CheckView(json.RawMessage(raw))); err != nil {
		return nil, nil, err
	}
	blocks := blocksOf(v)
	identify(blocks, s.blockID)
	out, err := encode(v)
	return out, v, err
}

// blocksOf are a view's blocks; they stay part of it.
func blocksOf(v object) []object { return objects(v["blocks"]) }

// put makes a view with a new id and hash. The caller holds mu.
func (s *Slack) put(user string, raw json.RawMessage, fields object) *view {
	n := s.next()
	v := &view{View: View{ID: fmt.Sprintf("V%010d", n), User: user}}
	s.fill(v, raw, fields)
	s.views.byID[v.ID] = v
	return v
}

// fill replaces what a view shows and gives it a new hash. The caller holds mu.
func (s *Slack) fill(v *view, raw json.RawMessage, fields object) {
	v.JSON, v.kind, v.external, v.Errors = raw, text(fields, "type"), text(fields, "external_id"), nil
	v.Hash = fmt.Sprintf("%d.%s", s.cfg.Real().Unix(), s.secret("hash")[:8])
	s.watchers.Tell()
}

// externalTaken says whether another view than v has an external id. The caller holds mu.
func (s *Slack) externalTaken(fields object, v *view) bool {
	id := text(fields, "external_id")
	if id == "" {
		return false
	}
	for _, o := range s.views.byID {
		if o != v && o.external == id {
			return true
		}
	}
	return false
}

// openView opens a modal for the user of a trigger. Modals that this user still has open go: what Slack's clients do
// then differs between them (https://github.com/slackapi/bolt-js/issues/1072), so a bot should update or push.
func (s *Slack) openView(a args) (answer, error) {
	if err := a.need("trigger_id", "view"); err != nil {
		return nil, err
	}
	raw, fields, err := s.readView(a["view"], "modal")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.usable(a["trigger_id"])
	if err != nil {
		return nil, err
	}
	if s.externalTaken(fields, nil) {
		return nil, refusal("duplicate_external_id")
	}
	t.used = true
	if t.view != "" {
		s.log.Warn("views.open with a trigger of a modal: some of Slack's clients do not show it; push or update instead")
	}
	s.closeFrom(t.user, 0)
	v := s.put(t.user, raw, fields)
	v.Root = v.ID
	s.views.stacks[t.user] = []*view{v}
	return answer{"view": s.wireView(v, nil)}, nil
}

// pushView puts a modal on top of the one in which the trigger arose.
func (s *Slack) pushView(a args) (answer, error) {
	if err := a.need("trigger_id", "view"); err != nil {
		return nil, err
	}
	raw, fields, err := s.readView(a["view"], "modal")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.usable(a["trigger_id"])
	if err != nil {
		return nil, err
	}
	v, err := s.push(t.user, t.view, raw, fields)
	if err != nil {
		return nil, err
	}
	t.used = true
	return answer{"view": s.wireView(v, nil)}, nil
}

// push puts a modal on top of a user's stack, to which a view must belong. The caller holds mu.
func (s *Slack) push(user, below string, raw json.RawMessage, fields object) (*view, error) {
	stack := s.views.stacks[user]
	switch {
	case s.place(user, below) < 0:
		return nil, refusal("not_found")
	case len(stack) >= maxViews:
		return nil, refusal("push_limit_reached")
	case s.externalTaken(fields, nil):
		return nil, refusal("duplicate_external_id")
	}
	v := s.put(user, raw, fields)
	v.Root = stack[0].ID
	s.views.stacks[user] = append(stack[:len(stack):len(stack)], v)
	return v, nil
}

// place is where a view stands in a user's stack, or -1. The caller holds mu.
func (s *Slack) place(user, id string) int {
	return slices.IndexFunc(s.views.stacks[user], func(v *view) bool { return v.ID == id })
}

// closeFrom closes the views of a user's stack from a place upwards. The caller holds mu.
func (s *Slack) closeFrom(user string, at int) {
	stack := s.views.stacks[user]
	if at < 0 || at >= len(stack) {
		return
	}
	for _, v := range stack[at:] {
		delete(s.views.byID, v.ID)
	}
	if at == 0 {
		delete(s.views.stacks, user)
	} else {
		s.views.stacks[user] = stack[:at:at]
	}
	s.watchers.Tell()
}

// updateView replaces an open view, unless its hash says that it has changed meanwhile.
func (s *Slack) updateView(a args) (answer, error) {
	if a["view_id"] == "" && a["external_id"] == "" {
		return nil, a.need("view_id")
	}
	s.mu.Lock()
	v := s.views.byID[a["view_id"]]
	if a["view_id"] == "" {
		for _, o := range s.views.byID {
			if o.external == a["external_id"] {
				v = o
			}
		}
	}
	kind := ""
	if v != nil {
		kind = v.kind
	}
	s.mu.Unlock()
	if v == nil {
		return nil, refusal("not_found")
	}
	raw, fields, err := s.readView(a["view"], kind)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.views.byID[v.ID] == nil:
		return nil, refusal("not_found")
	case a["hash"] != "" && a["hash"] != v.Hash:
		return nil, refusal("hash_conflict")
	case s.externalTaken(fields, v):
		return nil, refusal("duplicate_external_id")
	}
	s.fill(v, raw, fields)
	return answer{"view": s.wireView(v, nil)}, nil
}

// publishView shows a Home tab to one user.
func (s *Slack) publishView(a args) (answer, error) {
	if err := a.need("user_id", "view"); err != nil {
		return nil, err
	}
	if u, ok := s.users.user(a["user_id"]); !ok || u.Bot {
		return nil, refusal("user_not_found")
	}
	raw, fields, err := s.readView(a["view"], "home")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.views.homes[a["user_id"]]
	switch {
	case a["hash"] != "" && (v == nil || v.Hash != a["hash"]):
		return nil, refusal("hash_conflict")
	case s.externalTaken(fields, v):
		return nil, refusal("duplicate_external_id")
	case v == nil:
		v = s.put(a["user_id"], raw, fields)
		v.Root = v.ID
		s.views.homes[v.User] = v
	default:
		s.fill(v, raw, fields)
	}
	return answer{"view": s.wireView(v, nil)}, nil
}

// wireView is a view as Slack sends it; a nil state is what the view starts with. The caller holds mu.
func (s *Slack) wireView(v *view, state values) answer {
	out := answer{
		"private_metadata": "", "callback_id": "", "external_id": "", "close": nil, "submit": nil, "title": nil,
		"clear_on_close": false, "notify_on_close": false,
	}
	var fields object
	if err := decode(v.JSON, &fields); err == nil { // it was decoded before it was kept
		for k, f := range fields {
			out[k] = f
		}
	}
	if state == nil {
		state = stateOf(blocksOf(fields), nil)
	}
	out["id"], out["team_id"], out["app_id"], out["bot_id"] = v.ID, s.team.ID, AppID, botID
	out["hash"], out["root_view_id"], out["app_installed_team_id"] = v.Hash, v.Root, s.team.ID
	out["state"] = answer{"values": state}
	out["previous_view_id"] = nil
	if at := s.place(v.User, v.ID); at > 0 {
		out["previous_view_id"] = s.views.stacks[v.User][at-1].ID
	}
	return out
}
