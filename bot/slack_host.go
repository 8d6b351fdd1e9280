package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
)

// groupLife is how long the members of a user group are believed without asking Slack again.
const groupLife = 5 * time.Minute

// groupRetry is how long the last known members count before Slack is asked again after it did not answer:
// who asks waits for the answer.
const groupRetry = 30 * time.Second

// slackHost answers what commands ask of Slack.
type slackHost struct {
	api  *slack.Client
	log  *slog.Logger
	team *socialTeam

	mu      sync.Mutex
	members map[string]bool   // of the social team's user groups
	stale   time.Time         // when Slack is asked for them again
	handles map[string]string // user group handle → id
	home    *slack.AuthTestResponse
}

var _ commands.Host = (*slackHost)(nil)

func newSlackHost(api *slack.Client, team []string, log *slog.Logger) *slackHost {
	h := &slackHost{api: api, log: log}
	h.team = newSocialTeam(team, h.address, log, time.Now)
	return h
}

// Profile implements commands.Host by users.info.
func (h *slackHost) Profile(ctx context.Context, p chat.Person) (commands.Profile, error) {
	u, err := h.api.GetUserInfoContext(ctx, p.ID)
	if err != nil {
		return commands.Profile{}, fmt.Errorf("asking Slack who %s is: %w", p.ID, withoutAddress(err))
	}
	name := u.Profile.RealName
	if name == "" {
		name = u.RealName
	}
	return commands.Profile{Name: name, Email: u.Profile.Email, Bot: u.IsBot || u.ID == slackbot, Gone: u.Deleted}, nil
}

// slackbot is Slack's own program, which users.info takes for a person
// (https://docs.slack.dev/reference/objects/user-object).
const slackbot = "USLACKBOT"

// address is the e-mail address that the company gave a person. Slack confirms an address before it takes it, and so
// does each other company's Slack for itself: guests, and people whom a shared channel brings, have none that counts.
func (h *slackHost) address(ctx context.Context, p chat.Person) (string, error) {
	home, err := h.whereAmI(ctx)
	if err != nil {
		return "", err
	}
	u, err := h.api.GetUserInfoContext(ctx, p.ID)
	if err != nil {
		return "", fmt.Errorf("asking Slack who %s is: %w", p.ID, withoutAddress(err))
	}
	foreign := u.TeamID != "" && u.TeamID != home.TeamID && u.TeamID != home.EnterpriseID &&
		(home.EnterpriseID == "" || u.Enterprise.EnterpriseID != home.EnterpriseID)
	if foreign || u.IsStranger || u.IsRestricted || u.IsUltraRestricted || u.IsBot || u.Deleted {
		return "", nil
	}
	return u.Profile.Email, nil
}

// whereAmI says which Slack, and which company with several of them, the token is for. It is asked once.
func (h *slackHost) whereAmI(ctx context.Context) (*slack.AuthTestResponse, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.home == nil {
		home, err := h.api.AuthTestContext(ctx)
		if err != nil {
			return nil, fmt.Errorf("asking Slack whose token this is: %w", withoutAddress(err))
		}
		h.home = home
	}
	return h.home, nil
}

// InSocialTeam implements commands.Host. A user named by id needs no call. User groups are asked for at most
// every five minutes, and so is each person's e-mail address when addresses were named; while Slack does not answer,
// what was known last counts, and it is asked again after half a minute.
func (h *slackHost) InSocialTeam(ctx context.Context, p chat.Person) (bool, error) {
	if h.team.byID(p) {
		return true, nil
	}
	member, groupErr := h.inGroup(ctx, p)
	if member {
		return true, nil
	}
	named, err := h.team.byAddress(ctx, p)
	if named {
		return true, nil
	}
	return false, errors.Join(groupErr, err)
}

func (h *slackHost) inGroup(ctx context.Context, p chat.Person) (bool, error) {
	if len(h.team.groups) == 0 {
		return false, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Now().After(h.stale) {
		members, err := h.membersOf(ctx, h.team.groups)
		switch {
		case err == nil:
			h.members, h.stale = members, time.Now().Add(groupLife)
		case h.members == nil:
			return false, err
		default:
			h.stale, h.handles = time.Now().Add(groupRetry), nil
			h.log.Warn("the social team's members may be out of date", "error", err)
		}
	}
	return h.members[p.ID], nil
}

func (h *slackHost) membersOf(ctx context.Context, groups []string) (map[string]bool, error) {
	members := map[string]bool{}
	for _, g := range groups {
		if strings.HasPrefix(g, "@") {
			id, err := h.groupID(ctx, strings.TrimPrefix(g, "@"))
			if err != nil {
				return nil, err
			}
			g = id
		}
		ids, err := h.api.GetUserGroupMembersContext(ctx, g)
		if err != nil {
			return nil, fmt.Errorf("asking Slack for the members of user group %s: %w", g, withoutAddress(err))
		}
		for _, id := range ids {
			members[id] = true
		}
	}
	return members, nil
}

func (h *slackHost) groupID(ctx context.Context, handle string) (string, error) {
	if id, ok := h.handles[handle]; ok {
		return id, nil
	}
	groups, err := h.api.GetUserGroupsContext(ctx)
	if err != nil {
		return "", fmt.Errorf("asking Slack for its user groups: %w", withoutAddress(err))
	}
	h.handles = map[string]string{}
	for _, g := range groups {
		h.handles[g.Handle] = g.ID
	}
	id, ok := h.handles[handle]
	if !ok {
		return "", fmt.Errorf("the social team's user group @%s is not in this Slack: check CLARION_SOCIAL_TEAM", handle)
	}
	return id, nil
}

// Join implements commands.Host by conversations.join, which Slack allows for public channels.
func (h *slackHost) Join(ctx context.Context, c clarion.Channel) error {
	_, _, _, err := h.api.JoinConversationContext(ctx, c.ID)
	if err == nil {
		return nil
	}
	if slackError(err) == "method_not_supported_for_channel_type" || slackError(err) == "channel_not_found" {
		// A private channel that the bot is in already needs no joining.
		if info, infoErr := h.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: c.ID}); infoErr == nil && info.IsMember {
			return nil
		}
	}
	return classify(c, err)
}

// Channels implements commands.Host: Slack keeps no channels together.
func (h *slackHost) Channels(context.Context, clarion.Channel) ([]commands.Place, error) {
	return nil, nil
}

// remedies says what a person can do about each refusal of a channel: those of Slack's words that mean the same whenever
// it is tried again (https://docs.slack.dev/reference/methods/chat.postMessage, and the methods of conversations).
var remedies = map[string]string{
	"channel_not_found":                     "I can't see <channel>: it was deleted, or it is private. In a private channel, type /invite @Clarion there.",
	"method_not_supported_for_channel_type": "<channel> is private, so I can't join it by myself. Type /invite @Clarion there.",
	"not_in_channel":                        "I am not in <channel>. Type /invite @Clarion there.",
	"is_archived":                           "<channel> is archived. Unarchive it, or type /store link in the channel where the store talks now.",
	"restricted_action":                     "This Slack does not let me post in <channel>. A workspace admin can allow it in the channel's settings.",
	"restricted_action_read_only_channel":   "<channel> is read-only. A workspace admin can let me post there in the channel's settings.",
	"restricted_action_thread_only_channel": "In <channel> people can write in threads only. A workspace admin can let me post there in the channel's settings.",
	"too_many_members":                      "<channel> has as many members as a channel can have, so I can't join it. Type /store link in a channel of the store's own.",
	"ekm_access_denied":                     "This Slack's administrators have suspended posting. They can allow it again.",
	"team_access_not_granted":               "I am not installed in the workspace of <channel>. An admin can install me there.",
	"no_permission":                         "I am not allowed to post in <channel>. Type /invite @Clarion there.",
	"missing_scope":                         "I lack a permission in this Slack. Install me again with the manifest that “clarion manifest slack” prints.",
	"invalid_auth":                          "Slack no longer accepts my token. Put a new one into SLACK_BOT_TOKEN.",
	"not_authed":                            "Slack does not see a token of mine. Put one into SLACK_BOT_TOKEN.",
	"token_expired":                         "My token has expired. Put a new one into SLACK_BOT_TOKEN.",
	"account_inactive":                      "I was removed from this Slack. Install me again, and put the new token into SLACK_BOT_TOKEN.",
	"token_revoked":                         "My token was revoked. Install me again, and put the new token into SLACK_BOT_TOKEN.",
	"user_disabled":                         "This person's account was deactivated, so I can't write to them.",
	"user_not_found":                        "I can't find this person in this Slack.",
	"user_not_visible":                      "This Slack does not let me write to this person.",
	"cannot_dm_bot":                         "This is a program, and no person to write to.",
	"msg_too_long":                          "This post is longer than Slack takes. Shorten the campaign's text with /drop edit.",
	"invalid_blocks":                        "Slack does not accept this post for <channel>. If it has a picture, check that its address opens in a browser without logging in.",
}

// classify turns an error of Slack's into one that says whether to wait, to ask a person, or to try again.
func classify(c clarion.Channel, err error) error {
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return &chat.BusyError{After: limited.RetryAfter, Err: err}
	}
	if remedy, ok := remedies[slackError(err)]; ok {
		before, after, named := strings.Cut(remedy, "<channel>")
		text := chat.Say(before)
		if named {
			text = text.In(c).Say(after)
		}
		return &chat.RefusedError{Channel: c, Remedy: text, Err: err}
	}
	return withoutAddress(err)
}
