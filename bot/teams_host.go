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
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/storage"
)

// teamsHost answers what commands ask of Teams while an activity is handled.
type teamsHost struct{ teams *Teams }

var _ commands.Host = (*teamsHost)(nil)

// Profile implements commands.Host.
func (h *teamsHost) Profile(ctx context.Context, p chat.Person) (commands.Profile, error) {
	m, err := h.teams.profile(ctx, p)
	if isGone(err) {
		return commands.Profile{Name: p.Name, Gone: true}, nil
	}
	if err != nil {
		return commands.Profile{}, err
	}
	return commands.Profile{Name: m.Name, Email: m.address(), Bot: strings.HasPrefix(m.ID, "28:")}, nil
}

// InSocialTeam implements commands.Host. Somebody named by Entra's object id needs no call.
func (h *teamsHost) InSocialTeam(ctx context.Context, p chat.Person) (bool, error) {
	if h.teams.social.byID(p) {
		return true, nil
	}
	return h.teams.social.byAddress(ctx, p)
}

// Join implements commands.Host: a bot is in all channels of the teams that it was added to, and can enter no other.
func (h *teamsHost) Join(ctx context.Context, c clarion.Channel) error {
	_, err := h.teams.contact(ctx, c)
	if errors.Is(err, clarion.ErrNotFound) {
		return notThere(c, err)
	}
	return err
}

// Channels implements commands.Host.
func (h *teamsHost) Channels(ctx context.Context, c clarion.Channel) ([]commands.Place, error) {
	return h.teams.channels(ctx, c)
}

// A teamsMember is a person as the service describes them
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context).
type teamsMember struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	Principal string `json:"userPrincipalName"`
	Object    string `json:"aadObjectId"`
	ObjectToo string `json:"objectId"` // where the service says it by this name
	Tenant    string `json:"tenantId"`
	Role      string `json:"userRole"`
}

// address is the person's e-mail address. A principal name looks like one and mostly is one.
func (m teamsMember) address() string {
	if m.Email != "" {
		return m.Email
	}
	if strings.Contains(m.Principal, "#EXT#") { // a guest's, made up of an address elsewhere
		return ""
	}
	return m.Principal
}

func (m teamsMember) person() chat.Person {
	object := m.Object
	if object == "" {
		object = m.ObjectToo
	}
	return personOf(teamsAccount{ID: m.ID, Name: m.Name, Object: object})
}

// isGuest says whether another company, or the person, chose the address.
func (m teamsMember) isGuest(tenant string) bool {
	return strings.Contains(m.Principal, "#EXT#") || strings.EqualFold(m.Role, "guest") || strings.EqualFold(m.Role, "anonymous") ||
		m.Tenant != "" && tenant != "" && !strings.EqualFold(m.Tenant, tenant)
}

func isGone(err error) bool {
	var refused *serviceError
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound
}

// address is the e-mail address that the company gave a person, or "" for guests.
func (t *Teams) address(ctx context.Context, p chat.Person) (string, error) {
	m, err := t.profile(ctx, p)
	if err != nil || m.isGuest(t.cfg.Tenant) {
		return "", err
	}
	return m.address(), nil
}

// addressOf is a person's e-mail address where that is known or told, for a form that names the person by it.
func (t *Teams) addressOf(ctx context.Context, p chat.Person) string {
	if p.IsZero() || p.Platform != clarion.Teams {
		return ""
	}
	if known, err := t.personContact(ctx, p); err == nil && known.Email != "" {
		return known.Email
	}
	m, err := t.profile(ctx, p)
	if err != nil {
		t.cfg.Logger.Warn("a person's address is not known", "person", string(p.Identity()), "error", err)
	}
	return m.address()
}

// A meeting is a conversation in which a person was last seen: there the service tells of them.
type meeting struct{ service, conversation string }

// profileLife is how long it is believed who a person is. A first press asks several times.
const profileLife = time.Minute

// profile says who a person is.
func (t *Teams) profile(ctx context.Context, p chat.Person) (teamsMember, error) {
	if m, ok := t.profiles.Get(p.Identity()); ok {
		return m, nil
	}
	m, err := t.askProfile(ctx, p)
	if err == nil {
		t.profiles.Add(p.Identity(), m)
	}
	return m, err
}

// askProfile asks the service who a person is, and keeps by what address they are known.
func (t *Teams) askProfile(ctx context.Context, p chat.Person) (teamsMember, error) {
	known, err := t.personContact(ctx, p)
	if err != nil && !errors.Is(err, clarion.ErrNotFound) {
		return teamsMember{}, err
	}
	where, ok := t.met.Get(p.Identity())
	if !ok {
		private, err := t.Direct(ctx, p)
		if err != nil {
			return teamsMember{}, err
		}
		to, err := t.contact(ctx, private)
		if err != nil {
			return teamsMember{}, fmt.Errorf("asking Teams who %s is: %w", p.Identity(), err)
		}
		where = meeting{to.ServiceURL, private.ID}
	}
	if m, ok := t.inRoster(ctx, where, p); ok {
		t.knownBy(ctx, p, m)
		return m, nil
	}
	id := known.User
	if id == "" {
		id = p.ID
	}
	var m teamsMember
	address := serviceAddress(where.service, "v3", "conversations", where.conversation, "members", id)
	if err := t.service.do(ctx, call{method: http.MethodGet, url: address, patience: replyPatience}, &m); err != nil {
		return m, fmt.Errorf("asking Teams who %s is: %w", p.Identity(), err)
	}
	t.knownBy(ctx, p, m)
	return m, nil
}

// knownBy keeps the address by which a person can be named in a form.
func (t *Teams) knownBy(ctx context.Context, p chat.Person, m teamsMember) {
	identity := clarion.EmailIdentity(m.address())
	if identity == "" {
		return
	}
	err := errors.Join(
		t.keepPerson(ctx, p, storage.Contact{Name: m.Name, Email: m.address()}),
		t.cfg.Workspace.PutPerson(ctx, identity, storage.Contact{User: p.ID, Name: m.Name}),
	)
	if err != nil {
		t.cfg.Logger.Warn("by what address a person is known could not be stored", "error", err)
	}
}

// personAt returns the person with an e-mail address: one who has written to the bot, or who is in the channel where the
// question is asked. It returns nobody when there is none.
func (t *Teams) personAt(ctx context.Context, a *teamsActivity, address string) (chat.Person, error) {
	identity := clarion.EmailIdentity(address)
	known, err := t.cfg.Workspace.Person(ctx, identity)
	if err == nil {
		return chat.Person{Platform: clarion.Teams, ID: known.User, Name: known.Name}, nil
	}
	if !errors.Is(err, clarion.ErrNotFound) {
		return chat.Person{}, err
	}
	is := func(m teamsMember) bool {
		return clarion.EmailIdentity(m.address()) == identity || clarion.EmailIdentity(m.Principal) == identity
	}
	members, err := t.members(ctx, meeting{a.ServiceURL, teamsPlace(a.Conversation.ID).ID}, is)
	if err != nil {
		return chat.Person{}, err
	}
	for _, m := range members {
		if is(m) {
			p := m.person()
			t.keepMember(ctx, a, p, m)
			return p, nil
		}
	}
	return chat.Person{}, nil
}

func (t *Teams) keepMember(ctx context.Context, a *teamsActivity, p chat.Person, m teamsMember) {
	if err := t.keepPerson(ctx, p, storage.Contact{ServiceURL: a.ServiceURL, User: m.ID, Name: m.Name}); err != nil {
		t.cfg.Logger.Warn("how somebody is reached in Teams could not be stored", "error", err)
	}
	t.knownBy(ctx, p, m)
}
