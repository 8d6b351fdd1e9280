package bot

import (
	"errors"
	"fmt"
	"html"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

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
	Value        jsontext.Value    `json:"value"`
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

// asItComes takes names that come twice and texts that are no UTF-8, as Microsoft's own library does.
var asItComes = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// readActivity decodes an activity. A field of an unexpected kind is an error; one that is not known is passed over.
func readActivity(body []byte) (*teamsActivity, error) {
	var a teamsActivity
	if err := json.Unmarshal(body, &a, asItComes); err != nil {
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

// zone returns the name of the zone of the person's client, or "" when the client does not say.
func (a *teamsActivity) zone() string {
	name := a.Timezone
	for _, e := range a.Entities {
		if name == "" && e.Type == "clientInfo" {
			name = e.Timezone
		}
	}
	return name
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
	var fields map[string]jsontext.Value
	var err error
	switch a.Name {
	case "task/fetch", "task/submit":
		var v struct {
			Data map[string]jsontext.Value `json:"data"`
		}
		err = json.Unmarshal(a.Value, &v, asItComes)
		fields = v.Data
	case "adaptiveCard/action":
		var v struct {
			Action struct {
				Data map[string]jsontext.Value `json:"data"`
			} `json:"action"`
		}
		err = json.Unmarshal(a.Value, &v, asItComes)
		fields = v.Action.Data
	default:
		err = json.Unmarshal(a.Value, &fields, asItComes)
	}
	own := fields["clarion"]
	if err != nil || own == nil || json.Unmarshal(own, &press, asItComes) != nil {
		return press, nil, false
	}
	filled = make(map[string]string, len(fields))
	for id, raw := range fields {
		var s string
		if raw.Kind() == '"' && json.Unmarshal(raw, &s, asItComes) == nil {
			filled[id] = s
		}
	}
	return press, filled, true
}
