package playground

import (
	"encoding/json"
	"time"
)

// A User is a member of the playground's one Slack workspace.
type User struct {
	ID    string // "U…", Slack's shape
	Name  string // the handle: "amira.khan"
	Real  string // the name on screen: "Amira Khan"
	Email string
	Role  string // what the page says of the user: "Partner, Kingston". Slack knows nothing of it
	Bot   bool
	Gone  bool // deactivated: Slack still knows who it was, and nobody can choose or write to them
}

// A Channel is a place to talk in. The bot is in it only when its id is among Members.
type Channel struct {
	ID       string // "C…" for channels, "D…" for a direct message
	Name     string // without "#"; empty for a direct message
	Topic    string
	Private  bool
	Archived bool
	Direct   string   // for a direct message: the user whose conversation with the bot it is
	Members  []string // user ids
}

// A UserGroup is a named set of users, as in Slack's usergroups.users.list.
type UserGroup struct {
	ID     string // "S…"
	Handle string
	Users  []string
}

// A Command is a slash command that the composer offers.
type Command struct {
	Name        string // with its slash: "/drop"
	Usage       string // "campaign"
	Description string
	Escape      bool // @name and #name reach the bot as <@U…|name> and <#C…|name>
}

// A Message is one message as a person or the Web API sees it.
type Message struct {
	TS        string // "1769000000.000100": Slack's id and time in one
	Channel   string
	User      string // who wrote it
	BotID     string // set when an app wrote it
	Text      string
	Blocks    json.RawMessage // a JSON array, or nil
	Metadata  json.RawMessage // {"event_type":…, "event_payload":{…}}, or nil
	ThreadTS  string
	Ephemeral string // the only user who sees it; empty: everyone
	Edited    bool
	Time      time.Time // on the playground's clock
}

// A View is a modal or an App Home tab as one user has it in front of them.
type View struct {
	ID   string // "V…"
	Hash string
	Root string // id of the first view of the stack
	User string
	JSON json.RawMessage // the view as the bot sent it: type, title, blocks, submit, close, private_metadata, callback_id …
	// Errors is what is wrong, by block id: from the bot's response_action "errors", or from the checks that Slack
	// makes itself before it sends a form. The one under "" belongs to the whole form.
	Errors map[string]string
}

// Pressed says which interactive element a person used and what they chose in it.
type Pressed struct {
	ActionID string
	BlockID  string
	// Value is what the element's action carries besides type, action_id and block_id: {"value":"…"} for a button,
	// {"selected_option":{…}}, {"selected_options":[…]}, {"selected_date":"2026-11-23"} … A button's is filled in from
	// its block when Value is nil.
	Value json.RawMessage
}
