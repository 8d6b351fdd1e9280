package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// A Contact is how the bot reaches a channel, or a person, on a platform that tells it only as somebody talks to the
// bot: on Teams, each conversation has an address of its own to be called at
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages).
type Contact struct {
	ServiceURL string `json:"url"`
	Kind       string `json:"kind,omitempty"`  // the platform's word for the kind of conversation
	Name       string `json:"name,omitempty"`  // of the channel or person; may be empty
	Team       string `json:"team,omitempty"`  // the team that the channel belongs to
	User       string `json:"user,omitempty"`  // the platform's id of the person for this bot alone
	Email      string `json:"email,omitempty"` // of the person, once it was asked for
	Chat       string `json:"chat,omitempty"`  // the conversation in which the bot and the person talk alone
}

// PutContact remembers how a channel is reached.
func (w *Workspace) PutContact(ctx context.Context, c clarion.Channel, contact Contact) error {
	return w.putContact(ctx, w.key(contactsKey), c.String(), contact)
}

// Contact returns how a channel is reached, or [clarion.ErrNotFound].
func (w *Workspace) Contact(ctx context.Context, c clarion.Channel) (Contact, error) {
	return w.contact(ctx, w.key(contactsKey), c.String())
}

// PutPerson remembers how a person is reached.
func (w *Workspace) PutPerson(ctx context.Context, i clarion.Identity, contact Contact) error {
	return w.putContact(ctx, w.key(peopleKey), string(i), contact)
}

// Person returns how a person is reached, or [clarion.ErrNotFound].
func (w *Workspace) Person(ctx context.Context, i clarion.Identity) (Contact, error) {
	return w.contact(ctx, w.key(peopleKey), string(i))
}

// ForgetPerson forgets how a person is reached.
func (w *Workspace) ForgetPerson(ctx context.Context, i clarion.Identity) error {
	return failed(w.rdb.HDel(ctx, w.key(peopleKey), string(i)).Err(), "forget how %s is reached", i)
}

// ForgetContact forgets how a channel is reached.
func (w *Workspace) ForgetContact(ctx context.Context, c clarion.Channel) error {
	return failed(w.rdb.HDel(ctx, w.key(contactsKey), c.String()).Err(), "forget how %s is reached", c)
}

// forgetTeam forgets the channels of a team.
//
// KEYS: contacts:{ws}
// ARGV: the team
// Returns: how many channels were forgotten
var forgetTeam = redis.NewScript(`
local all, forgotten = redis.call('HGETALL', KEYS[1]), 0
for i = 1, #all, 2 do
  if cjson.decode(all[i + 1]).team == ARGV[1] then
    forgotten = forgotten + redis.call('HDEL', KEYS[1], all[i])
  end
end
return forgotten
`)

// ForgetTeam forgets how the channels of a team are reached, and says how many those were.
func (w *Workspace) ForgetTeam(ctx context.Context, team string) (int, error) {
	if team == "" {
		return 0, nil
	}
	n, err := forgetTeam.Run(ctx, w.rdb, []string{w.key(contactsKey)}, team).Int()
	return n, failed(err, "forget the channels of team %s", team)
}

func (w *Workspace) putContact(ctx context.Context, key, field string, contact Contact) error {
	text, err := json.Marshal(contact)
	if err != nil {
		return fmt.Errorf("write how %s is reached: %w", field, err)
	}
	return failed(w.rdb.HSet(ctx, key, field, text).Err(), "store how %s is reached", field)
}

func (w *Workspace) contact(ctx context.Context, key, field string) (Contact, error) {
	text, err := w.rdb.HGet(ctx, key, field).Result()
	if err != nil {
		return Contact{}, failed(err, "read how %s is reached", field)
	}
	var c Contact
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return Contact{}, fmt.Errorf("read how %s is reached: %w", field, err)
	}
	return c, nil
}
