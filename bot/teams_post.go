package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// newConversation asks for a personal chat, or for a new post in a channel
// (https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#conversationparameters-object).
type newConversation struct {
	IsGroup  bool               `json:"isGroup"`
	Bot      *conversationMate  `json:"bot,omitempty"`
	Members  []conversationMate `json:"members,omitempty"`
	Tenant   string             `json:"tenantId,omitempty"`
	Data     newChannelData     `json:"channelData"`
	Activity *outgoingActivity  `json:"activity,omitempty"`
}

type conversationMate struct {
	ID string `json:"id"`
}

type newChannelData struct {
	Channel *conversationMate `json:"channel,omitempty"`
	Tenant  *conversationMate `json:"tenant,omitempty"`
}

// A created says what the service made.
type created struct {
	ID       string `json:"id"`         // of a conversation, or of a message in one
	Activity string `json:"activityId"` // of the message that began a conversation
}

// A post's id is the message's, and the conversation's where that is another one than the channel.
const postSeparator = " "

// Post posts a message into a channel or a chat, and returns how Teams finds it again. The errors are a *chat.BusyError,
// after which nothing was posted; a *chat.RefusedError, after which nothing was posted and a person has to help; or
// another one, after which it may stand there: nobody can look for it, see Find.
func (t *Teams) Post(ctx context.Context, c clarion.Channel, delivery string, m *chat.Message) (string, error) {
	to, err := t.reach(ctx, c)
	if err != nil {
		return "", err
	}
	activity := outgoing(m.Summary, renderPost(m, delivery))
	k := call{method: http.MethodPost, url: serviceAddress(to.ServiceURL, "v3", "conversations", c.ID, "activities"), body: activity}
	if to.Kind == inChannel {
		// In its channel a message without this would be the answer to the newest post.
		k.url = serviceAddress(to.ServiceURL, "v3", "conversations")
		k.body = newConversation{
			IsGroup: true, Tenant: t.cfg.Tenant, Activity: &activity,
			Data: newChannelData{Channel: &conversationMate{c.ID}, Tenant: &conversationMate{t.cfg.Tenant}},
		}
	}
	var made created
	if err := t.service.do(ctx, k, &made); err != nil {
		return "", classifyTeams(c, err)
	}
	message, id := made.ID, made.ID
	if made.Activity != "" {
		message, id = made.Activity, made.Activity+postSeparator+made.ID
	}
	if err := t.cfg.Workspace.PutPost(ctx, c, message, delivery); err != nil {
		t.cfg.Logger.Warn("a post could not be noted; it stands all the same", "delivery", delivery, "error", err)
	}
	return id, nil
}

// Update puts a message in the place of a post. The errors are a *chat.BusyError or a *chat.RefusedError, after which
// nothing was changed, or another one, after which it may have been.
func (t *Teams) Update(ctx context.Context, c clarion.Channel, post, delivery string, m *chat.Message) error {
	to, err := t.reach(ctx, c)
	if err != nil {
		return err
	}
	id, conversation, found := strings.Cut(post, postSeparator)
	if !found {
		conversation = c.ID
	}
	activity := outgoing(m.Summary, renderPost(m, delivery))
	activity.ID = id
	address := serviceAddress(to.ServiceURL, "v3", "conversations", conversation, "activities", id)
	if err := t.service.do(ctx, call{method: http.MethodPut, url: address, body: activity}, nil); err != nil {
		return classifyTeams(c, err)
	}
	return nil
}

// Find returns "": a bot in Teams cannot read a channel. After an answer that was lost, a post is made again, and stands
// there twice when the first one was made, until somebody presses in that: see dropCopy.
func (t *Teams) Find(context.Context, clarion.Channel, string, time.Time) (string, error) {
	return "", nil
}

// Direct returns the chat in which the bot and a person talk alone.
func (t *Teams) Direct(ctx context.Context, p chat.Person) (clarion.Channel, error) {
	known, err := t.personContact(ctx, p)
	if err != nil && !errors.Is(err, clarion.ErrNotFound) {
		return clarion.Channel{}, err
	}
	if known.Chat != "" {
		return teamsPlace(known.Chat), nil
	}
	member := known.User
	if member == "" { // somebody whom the bot has not met
		member = p.ID
		if known, err = t.reach(ctx, clarion.Channel{Platform: clarion.Teams, ID: p.ID}); err != nil {
			return clarion.Channel{}, fmt.Errorf("opening a chat with %s: %w", p.Identity(), err)
		}
	}
	var made created
	ask := newConversation{
		Members: []conversationMate{{member}}, Bot: &conversationMate{botID(t.cfg.AppID)}, Tenant: t.cfg.Tenant,
		Data: newChannelData{Tenant: &conversationMate{t.cfg.Tenant}},
	}
	k := call{http.MethodPost, serviceAddress(known.ServiceURL, "v3", "conversations"), ask, replyPatience}
	if err := t.service.do(ctx, k, &made); err != nil {
		return clarion.Channel{}, fmt.Errorf("opening a chat with %s: %w", p.Identity(), classifyTeams(clarion.Channel{Platform: clarion.Teams, ID: p.ID}, err))
	}
	private := teamsPlace(made.ID)
	err = errors.Join(
		t.keep(ctx, private, storage.Contact{ServiceURL: known.ServiceURL, Kind: inPersonal}),
		t.keepPerson(ctx, p, storage.Contact{ServiceURL: known.ServiceURL, User: known.User, Chat: made.ID}),
	)
	return private, err
}

// botID is how Teams names a bot among the members of a conversation.
func botID(appID string) string { return "28:" + appID }

// Tell writes to a person directly.
func (t *Teams) Tell(ctx context.Context, p chat.Person, m *chat.Message) error {
	return t.tellCard(ctx, p, m.Summary, renderTeams(m))
}

func (t *Teams) tellCard(ctx context.Context, p chat.Person, summary string, drawn attachment) error {
	private, err := t.Direct(ctx, p)
	if err != nil {
		return err
	}
	to, err := t.contact(ctx, private)
	if err != nil {
		return fmt.Errorf("writing to %s: %w", p.Identity(), err)
	}
	address := serviceAddress(to.ServiceURL, "v3", "conversations", private.ID, "activities")
	if err := t.service.do(ctx, call{http.MethodPost, address, outgoing(summary, drawn), replyPatience}, nil); err != nil {
		return fmt.Errorf("writing to %s: %w", p.Identity(), err)
	}
	return nil
}

// teamsRemedies says what a person can do about each refusal, by the service's word for it
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages).
var teamsRemedies = map[string]string{
	"BotNotInConversationRoster":     "I am not in the team of <channel> any more. Add me to the team again: Apps, Clarion, Add to a team.",
	"ConversationNotFound":           "I can't find <channel>: it was deleted, or I was removed from its team. Add me to the team again, or type “@Clarion store link” in the channel where the store talks now.",
	"BotDisabledByAdmin":             "An administrator of Teams has turned me off. They can allow me again in the Teams admin centre.",
	"ConversationBlockedByUser":      "This person has blocked me, so I can't write to them.",
	"ForbiddenOperationException":    "I am not installed for this person, so I can't write to them. Ask them to add me: Apps, Clarion, Add.",
	"MemberNotFoundInConversation":   "I can't find this person in Teams.",
	"InvalidBotApiHost":              "Teams does not take my posts at this address. Check TEAMS_SERVICE_URLS.",
	"MessageSizeTooBig":              "This post is longer than Teams takes. Shorten the campaign's text with drop edit.",
	"ActivityNotFoundInConversation": "The post was deleted, or can no longer be changed.",
	"MessageWritesBlocked":           "People have blocked my posts in <channel>. An owner of the team can allow them again.",
	"NotEnoughPermissions":           "I am not allowed to post in <channel>. An owner of the team can allow it in the channel's settings.",
}

// classifyTeams turns an error of the service's into one that says whether to wait, to ask a person, or to try again.
func classifyTeams(c clarion.Channel, err error) error {
	var unsent *notSentError
	switch {
	case errors.Is(err, errLoginRefused):
		return &chat.RefusedError{Channel: c, Remedy: chat.Say("The login of Microsoft refuses me, so I can't write in Teams. Whoever looks after me finds in my log which setting is wrong."), Err: err}
	case errors.Is(err, errNoService):
		return &chat.RefusedError{Channel: c, Remedy: chat.Say(teamsRemedies["InvalidBotApiHost"]), Err: err}
	case errors.As(err, &unsent):
		return &chat.BusyError{After: 10 * time.Second, Err: err}
	}
	var refused *serviceError
	if !errors.As(err, &refused) {
		return err
	}
	if refused.isLimit() {
		return &chat.BusyError{After: max(refused.After, time.Second), Err: err}
	}
	remedy, ok := teamsRemedies[refused.Code]
	switch {
	case ok:
	case refused.Status == http.StatusForbidden || refused.Status == http.StatusNotFound:
		remedy = teamsRemedies["ConversationNotFound"]
	case refused.Status == http.StatusUnauthorized:
		remedy = "Teams no longer takes my password. Put a new client secret into TEAMS_APP_PASSWORD."
	case refused.Status == http.StatusRequestEntityTooLarge:
		remedy = teamsRemedies["MessageSizeTooBig"]
	case refused.Status == http.StatusBadRequest:
		remedy = "Teams does not accept this post for <channel>. If it has a picture, check that its address opens in a browser without logging in."
	default:
		return err
	}
	return &chat.RefusedError{Channel: c, Remedy: inChannelOf(remedy, c), Err: err}
}

func inChannelOf(remedy string, c clarion.Channel) chat.Text {
	before, after, named := strings.Cut(remedy, "<channel>")
	text := chat.Say(before)
	if named {
		text = text.In(c).Say(after)
	}
	return text
}

func notThere(c clarion.Channel, err error) error {
	return &chat.RefusedError{Channel: c, Remedy: inChannelOf(teamsRemedies["BotNotInConversationRoster"], c), Err: err}
}
