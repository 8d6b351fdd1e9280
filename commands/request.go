package commands

import (
	"context"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// A Request is what a person typed, pressed or filled in, decoded and authenticated.
type Request struct {
	Workspace *storage.Workspace
	Host      Host
	Person    chat.Person
	Channel   clarion.Channel // where it was; zero in a form or a Home tab that came from no channel
	Words     []string        // what was typed after the command's own words
	Value     string          // the pressed button's value, or the chosen option's
	Form      chat.Values     // what was filled in
	State     string          // the form's own state
	At        time.Time
}

// Host is what a handler may ask of the platform that a request came from. Package bot implements it for
// each platform.
type Host interface {
	// Profile returns a person's name and e-mail address as the platform has them. The address may be empty.
	Profile(ctx context.Context, p chat.Person) (Profile, error)
	// InSocialTeam says whether the operator named the person as one of the social team.
	InSocialTeam(ctx context.Context, p chat.Person) (bool, error)
	// Join brings the bot into a channel, so that it can post there. A *chat.RefusedError says what a person has to
	// do when the bot can't do it alone.
	Join(ctx context.Context, c clarion.Channel) error
	// Channels returns the channels that stand together with c, such as those of its team, with their names. It returns
	// none on a platform that keeps no channels together.
	Channels(ctx context.Context, c clarion.Channel) ([]Place, error)
}

// A Place is a channel and its name.
type Place struct {
	Channel clarion.Channel
	Name    string
	Team    string // what the channels that stand together are called; may be empty
}

// A Profile is how a platform describes a person.
type Profile struct {
	Name, Email string
	Bot         bool // it is a program
	Gone        bool // the account was deactivated
}

// A Reply is what comes of a request. At most one of Form, Home and Wrong is set; Message can go with Form.
type Reply struct {
	Message *chat.Message     // to the person alone
	Public  bool              // the message is for the whole channel
	Open    bool              // others may see the message: it is said to all where a platform cannot show it to one of them
	Replace bool              // the message takes the place of the one whose press this answers; where others see that one, only together with Public
	Form    *chat.Form        // opens; in a form, takes its place
	Over    bool              // the form opens over the one whose submission this answers, which stays below
	Wrong   map[string]string // inputs' names → what is wrong: the form stays open
	Home    *chat.Message     // the person's Home tab
}

func private(m *chat.Message) (Reply, error) { return Reply{Message: m}, nil }

func sentence(t chat.Text) (Reply, error) { return private(chat.Simple(t)) }

// aloud is a sentence that others may read too.
func aloud(t chat.Text) (Reply, error) { return Reply{Message: chat.Simple(t), Open: true}, nil }
