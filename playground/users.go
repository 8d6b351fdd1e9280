package playground

import (
	"fmt"
	"slices"
	"strings"
)

// directory is who is in the workspace. It does not change after New.
type directory struct {
	list    []User         // in the order of the configuration
	byID    map[string]int // place in list
	byEmail map[string]int
	byName  map[string]int
	groups  []UserGroup
	bot     User
	system  User
}

func newDirectory(users []User, groups []UserGroup) (directory, error) {
	d := directory{
		list:    slices.Clone(users),
		byID:    make(map[string]int, len(users)+1),
		byEmail: make(map[string]int, len(users)+1),
		byName:  make(map[string]int, len(users)+1),
		groups:  slices.Clone(groups),
		system:  User{ID: systemUser, Name: "workspace", Real: "Workspace", Bot: true},
	}
	if !slices.ContainsFunc(d.list, func(u User) bool { return u.Bot }) {
		d.list = append(d.list, User{ID: defaultBotUser, Name: "clarion", Real: "Clarion", Bot: true})
	}
	for i, u := range d.list {
		if u.ID == "" {
			return directory{}, fmt.Errorf("user %d (%q) has no id", i+1, u.Name)
		}
		if _, twice := d.byID[u.ID]; twice {
			return directory{}, fmt.Errorf("user id %s is there twice", u.ID)
		}
		d.byID[u.ID] = i
		d.byName[u.Name] = i
		if u.Email != "" {
			d.byEmail[strings.ToLower(u.Email)] = i
		}
		if u.Bot && d.bot.ID == "" {
			d.bot = u
		}
	}
	return d, nil
}

// user is the user with an id, or the system's own.
func (d *directory) user(id string) (User, bool) {
	if id == d.system.ID {
		return d.system, true
	}
	i, ok := d.byID[id]
	if !ok {
		return User{}, false
	}
	return d.list[i], true
}

// Users are all members of the workspace, the bot among them.
func (s *Slack) Users() []User { return slices.Clone(s.users.list) }

// User is one member. The sender of the workspace's own notices is known here too, though not a member.
func (s *Slack) User(id string) (User, bool) { return s.users.user(id) }
