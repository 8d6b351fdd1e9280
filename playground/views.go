package playground

import "maps"

// view is a View with what only the server knows of it.
type view struct {
	View
	external string // external_id
	kind     string // "modal" or "home"
}

// viewBook is every modal and Home tab that is open. Guarded by Slack.mu.
type viewBook struct {
	stacks map[string][]*view // by user, top last
	homes  map[string]*view   // by user
	byID   map[string]*view
}

func newViewBook() viewBook {
	return viewBook{stacks: make(map[string][]*view), homes: make(map[string]*view), byID: make(map[string]*view)}
}

func (v *view) copy() View {
	c := v.View
	c.Errors = maps.Clone(v.Errors)
	return c
}

// Views are the modals that a user has open, the one in front last.
func (s *Slack) Views(user string) []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []View
	for _, v := range s.views.stacks[user] {
		list = append(list, v.copy())
	}
	return list
}

// Home is a user's App Home tab, if the bot has published one.
func (s *Slack) Home(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.views.homes[user]
	if v == nil {
		return View{}, false
	}
	return v.copy(), true
}
