package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// A teamsActivity is what the bot reads of what happens in Teams
// (https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object).
//
// It is decoded here and not by msbotbuilder-go's schema.Activity, which refuses a value that is no object, loses the
// text of a mention, knows no installationUpdate, and would decode the whole of each activity with its times.
type teamsActivity struct {
	Type         string            `json:"type"`
	ID           string            `json:"id"`
	Name         string            `json:"name"` // of an invoke
	Text         string            `json:"text"`
	Action       string            `json:"action"` // of an installationUpdate
	ServiceURL   string            `json:"serviceUrl"`
	ChannelID    string            `json:"channelId"` // "msteams"
	ReplyToID    string            `json:"replyToId"` // of a press: the message that was pressed in
	Timezone     string            `json:"localTimezone"`
	From         teamsAccount      `json:"from"`
	Recipient    teamsAccount      `json:"recipient"`
	Conversation teamsConversation `json:"conversation"`
	Added        []teamsAccount    `json:"membersAdded"`
	Removed      []teamsAccount    `json:"membersRemoved"`
	Entities     []teamsEntity     `json:"entities"`
	Data         teamsChannelData  `json:"channelData"`
	Value        json.RawMessage   `json:"value"`
}

type teamsAccount struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Object string `json:"aadObjectId"` // of a person, in the company's directory
}

type teamsConversation struct {
	ID     string `json:"id"`
	Kind   string `json:"conversationType"` // "channel", "groupChat" or "personal"
	Tenant string `json:"tenantId"`
	Name   string `json:"name"`
}

type teamsEntity struct {
	Type      string       `json:"type"`
	Text      string       `json:"text"`
	Mentioned teamsAccount `json:"mentioned"`
	Timezone  string       `json:"timezone"` // of a clientInfo
}

// teamsChannelData is what Teams adds to an activity
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events).
type teamsChannelData struct {
	Event   string       `json:"eventType"`
	Tenant  teamsAccount `json:"tenant"`
	Team    teamsAccount `json:"team"`
	Channel teamsAccount `json:"channel"`
}

// Kinds of conversations.
const (
	inChannel   = "channel"
	inGroupChat = "groupChat"
	inPersonal  = "personal"
)

// readActivity decodes an activity. A field of an unexpected kind is an error; one that is not known is passed over.
func readActivity(body []byte) (*teamsActivity, error) {
	var a teamsActivity
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, fmt.Errorf("reading an activity: %w", err)
	}
	if a.Type == "" {
		return nil, errors.New("reading an activity: it has no type")
	}
	return &a, nil
}

// tenant returns the company in whose Teams it happened, or "" when the activity does not say.
func (a *teamsActivity) tenant() string {
	if a.Data.Tenant.ID != "" {
		return a.Data.Tenant.ID
	}
	return a.Conversation.Tenant
}

// kind says in what kind of conversation it happened. Teams leaves it out in some activities of a team.
func (a *teamsActivity) kind() string {
	switch {
	case a.Conversation.Kind != "":
		return a.Conversation.Kind
	case a.Data.Team.ID != "" || a.Data.Channel.ID != "":
		return inChannel
	}
	return inPersonal
}

// place returns the channel or group chat in which it happened; none for a personal chat. The conversation of a channel
// is one of its threads: its id goes on with the number of the post that began it.
func (a *teamsActivity) place() clarion.Channel {
	switch a.kind() {
	case inChannel:
		if a.Data.Channel.ID != "" {
			return teamsPlace(a.Data.Channel.ID)
		}
		return teamsPlace(a.Conversation.ID)
	case inGroupChat:
		return teamsPlace(a.Conversation.ID)
	}
	return clarion.Channel{}
}

// teamsPlace returns the place of a conversation's id, without the thread; an empty id is no place.
func teamsPlace(id string) clarion.Channel {
	id, _, _ = strings.Cut(id, ";")
	if id == "" {
		return clarion.Channel{}
	}
	return clarion.Channel{Platform: clarion.Teams, ID: id}
}

// person returns who did it: by the id in the company's directory, which is the same for all bots and can be in a roster.
func (a *teamsActivity) person() chat.Person { return personOf(a.From) }

func personOf(account teamsAccount) chat.Person {
	id := strings.ToLower(account.Object)
	if id == "" {
		id = account.ID
	}
	return chat.Person{Platform: clarion.Teams, ID: id, Name: account.Name}
}

// zone returns the zone of the person's client, or fallback when the client does not say.
func (a *teamsActivity) zone(fallback *time.Location) *zone {
	name := a.Timezone
	for _, e := range a.Entities {
		if name == "" && e.Type == "clientInfo" {
			name = e.Timezone
		}
	}
	return zoneNamed(name, fallback)
}

func zoneNamed(name string, fallback *time.Location) *zone {
	if name != "" {
		if loc, err := time.LoadLocation(name); err == nil && loc != time.Local {
			return &zone{loc}
		}
	}
	return &zone{fallback}
}

// typed returns what a person typed to the bot, without the mention of it.
func (a *teamsActivity) typed() string {
	text := a.Text
	for _, e := range a.Entities {
		if e.Type == "mention" && e.Text != "" && (e.Mentioned.ID == a.Recipient.ID || e.Mentioned.ID == "") {
			text = strings.ReplaceAll(text, e.Text, " ")
		}
	}
	text = strings.TrimSpace(strings.ReplaceAll(html.UnescapeString(text), "\u00a0", " "))
	for _, name := range []string{"@" + teamsName, teamsName} { // typed as letters, or pasted
		if rest, ok := cutWord(text, name); ok {
			text = rest
			break
		}
	}
	return text
}

// cutWord takes a word off the start of a text, whatever its case.
func cutWord(text, word string) (rest string, ok bool) {
	first, rest, _ := strings.Cut(text, " ")
	if strings.EqualFold(first, word) {
		return strings.TrimSpace(rest), true
	}
	return text, false
}

// pressed returns what a press brings back, with the values of the card's inputs. It says false when the activity's value
// is not of one of the bot's cards.
func (a *teamsActivity) pressed() (press pressData, filled map[string]string, ok bool) {
	data := a.Value
	switch a.Name {
	case "task/fetch", "task/submit":
		var v struct {
			Data json.RawMessage `json:"data"`
		}
		if json.Unmarshal(a.Value, &v) != nil {
			return press, nil, false
		}
		data = v.Data
	case "adaptiveCard/action":
		var v struct {
			Action struct {
				Data json.RawMessage `json:"data"`
			} `json:"action"`
		}
		if json.Unmarshal(a.Value, &v) != nil {
			return press, nil, false
		}
		data = v.Action.Data
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil {
		return press, nil, false
	}
	own, known := fields["clarion"]
	if !known || json.Unmarshal(own, &press) != nil {
		return press, nil, false
	}
	filled = map[string]string{}
	for id, raw := range fields {
		var s string
		if json.Unmarshal(raw, &s) == nil {
			filled[id] = s
		}
	}
	return press, filled, true
}
