package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

const (
	actionDropEdit    = "drop.edit"    // a press or choice that opens the form of a campaign, its value
	actionDropRewrite = "drop.rewrite" // that form, filled in
	actionDropSave    = "drop.save"    // its preview
)

// An editing is what the form of a change is about: a campaign as it stood when the form was drawn.
type editing struct {
	id       clarion.CampaignID
	revision int
	phase    phase
}

func (p plan) editing(at time.Time) editing {
	return editing{p.campaign.ID, p.campaign.Revision, p.phase(at)}
}

func (e editing) String() string {
	return fmt.Sprintf("%s/%d/%d", e.id, e.revision, e.phase)
}

// version tells apart the forms of one campaign.
func (e editing) version() string { return fmt.Sprintf("r%dp%d", e.revision, e.phase) }

// baseID is where what the form began with is kept.
func (e editing) baseID() string { return "base:" + e.String() }

func readEditing(s string) (editing, error) {
	words := strings.Split(s, "/")
	if len(words) == 3 {
		revision, err := strconv.Atoi(words[1])
		reached, err2 := strconv.Atoi(words[2])
		if err == nil && err2 == nil {
			return editing{clarion.CampaignID(words[0]), revision, phase(reached)}, nil
		}
	}
	return editing{}, fmt.Errorf("state %q of a form: %w", s, clarion.ErrNotFound)
}

// edit answers a press or choice that opens the form of a campaign.
func (d *drops) edit(ctx context.Context, r Request) (Reply, error) {
	p, stores, err := d.editable(ctx, r, clarion.CampaignID(r.Value))
	if err != nil {
		return Reply{}, err
	}
	return d.editForm(ctx, r, p, stores, valuesOf(p.campaign, p.drop, r.At), nil)
}

// editable returns a campaign that can be changed, and all stores.
func (d *drops) editable(ctx context.Context, r Request, id clarion.CampaignID) (plan, []clarion.Store, error) {
	p, err := readPlan(ctx, r.Workspace, id)
	if err != nil {
		return p, nil, err
	}
	if p.campaign.Stage(r.At) == clarion.Cancelled {
		return p, nil, clarion.Invalid("campaign", "“%s” was cancelled, so it cannot be changed. Copy it with /drop copy.", shortened(p.campaign.Title, 60))
	}
	stores, err := r.Workspace.Stores(ctx)
	return p, stores, err
}

// editForm draws the form of a campaign with values in it, and keeps what the campaign itself has in its place.
func (d *drops) editForm(ctx context.Context, r Request, p plan, stores []clarion.Store, values chat.Values, above []chat.Part) (Reply, error) {
	e := p.editing(r.At)
	if err := r.Workspace.PutDraft(ctx, e.baseID(), valuesOf(p.campaign, p.drop, r.At), draftLife); err != nil {
		return Reply{}, err
	}
	if note := d.bound(p, r.At); note != nil {
		above = append(above, chat.Note(note))
	}
	f := dropForm{
		action: actionDropRewrite, state: e.String(), title: "Edit campaign", version: e.version(),
		above: above, values: values, phase: e.phase, queued: p.queued(),
	}
	return Reply{Form: f.draw(stores)}, nil
}

// bound says what cannot be changed any more, and when what is changed is seen.
func (d *drops) bound(p plan, at time.Time) chat.Text {
	if p.campaign.Stage(at) == clarion.Recalled {
		return chat.Say("It is taken back. What you change is seen once you bring it back. Its times stay as partners were promised.")
	}
	switch p.phase(at) {
	case teased:
		return chat.Say("Its teaser is posted, so the time of its post stays. When you save, every post changes.")
	case opened:
		return chat.Say("It is posted and open, so its opening and its launch window stay as partners were promised. When you save, every post changes.")
	}
	if p.queued() {
		return chat.Say("It waits for its turn in its topic, which gives it its times.")
	}
	return nil
}

// rewritten checks what was filled in and shows it as stores will see it.
func (d *drops) rewritten(ctx context.Context, r Request) (Reply, error) {
	e, err := readEditing(r.State)
	if err != nil {
		return Reply{}, err
	}
	p, stores, err := d.editable(ctx, r, e.id)
	if err != nil {
		return Reply{}, err
	}
	r.Form = keepApprover(r, p.campaign.Approval)
	if e != p.editing(r.At) {
		return d.mergeForm(ctx, r, e, p, stores)
	}
	made := d.read(r, p, stores)
	wrong, err := d.check(ctx, r, made, p, stores)
	if err != nil {
		return Reply{}, err
	}
	if len(wrong) > 0 {
		return Reply{Wrong: wrong}, nil
	}
	made.Campaign = made.Campaign.Revised(r.Person.Identity(), r.At)
	id := d.NewID()
	if err := r.Workspace.PutDraft(ctx, id, made, draftLife); err != nil {
		return Reply{}, err
	}
	f := d.preview(made, p, stores, r.At)
	f.Action, f.State = actionDropSave, id
	return Reply{Form: f, Over: true}, nil
}

// mergeForm draws the form anew when the campaign has moved on since it was drawn: with what the others changed,
// and with everything that was filled in.
func (d *drops) mergeForm(ctx context.Context, r Request, e editing, p plan, stores []clarion.Store) (Reply, error) {
	theirs := valuesOf(p.campaign, p.drop, r.At)
	var base chat.Values
	if err := r.Workspace.Draft(ctx, e.baseID(), &base); errors.Is(err, clarion.ErrExpired) {
		base = theirs
	} else if err != nil {
		return Reply{}, err
	}
	labels := dropForm{phase: max(e.phase, p.phase(r.At)), queued: p.queued()}.labels()
	values, changed, clashing := merge(r.Form, base, theirs, slices.Sorted(maps.Keys(labels)))
	text := d.moved(r, e, p)
	if len(changed) > 0 {
		text = text.Say(" Changed: " + listedLabels(changed, labels) + ".")
	}
	text = text.Say(" What you wrote is all here.")
	if len(clashing) > 0 {
		text = text.Bold(" Look at " + listedLabels(clashing, labels) + ": yours is here, and takes the place of theirs when you save.")
	}
	return d.editForm(ctx, r, p, stores, values, []chat.Part{chat.Paragraphs(text)})
}

func listedLabels(inputs []string, labels map[string]string) string {
	list := make([]string, 0, len(inputs))
	for _, name := range inputs {
		list = append(list, labels[name])
	}
	return listed(list)
}

// moved says what has happened to a campaign since a form of it was drawn.
func (d *drops) moved(r Request, e editing, p plan) chat.Text {
	if e.revision != p.campaign.Revision {
		return chat.Strong("This campaign was changed").Add(d.by(r, p.campaign.RevisedBy, p.campaign.RevisedAt)).Say(", while you were writing.")
	}
	if p.phase(r.At) == teased {
		return chat.Strong("Its teaser was posted").Say(" while you were writing, so the time of its post stays.")
	}
	return chat.Strong("It was posted and opened").Say(" while you were writing, so its times stay as partners were promised.")
}

// saved makes the change. When the campaign has moved on meanwhile nothing is changed, and the form below still has
// what was written.
func (d *drops) saved(ctx context.Context, r Request) (Reply, error) {
	var made draft
	if err := r.Workspace.Draft(ctx, r.State, &made); err != nil {
		return Reply{}, err
	}
	c := made.Campaign
	p, stores, err := d.editable(ctx, r, c.ID)
	if err != nil {
		return Reply{}, err
	}
	if unchanged(p.campaign, c) {
		return sentence(chat.Strong(c.Title).Say(" was saved already."))
	}
	e := editing{c.ID, c.Revision - 1, made.Phase}
	if e != p.editing(r.At) {
		return d.overtaken(r, e, p), nil
	}
	if err := settle(&made, p, stores, r.At); err != nil {
		return Reply{}, err
	}
	remember(ctx, r)
	revision := made.revision(p, stores, r.At)
	why, err := unlessTaken(ctx, r, c, p.campaign, func(seen storage.Titles) error {
		revision.Titles = seen
		return r.Workspace.Revise(ctx, revision)
	})
	if err == nil && why != "" {
		err = meanwhile("title", why)
	}
	if errors.Is(err, storage.ErrRevised) {
		if p, err = readPlan(ctx, r.Workspace, c.ID); err != nil {
			return Reply{}, err
		}
		return d.overtaken(r, e, p), nil
	}
	if err != nil {
		return Reply{}, err
	}
	text := chat.Strong(c.Title).Say(" is changed.")
	switch n := p.count(clarion.Posted); {
	case made.awaits() != "" && !p.queued():
		text = text.Say(" It ").Add(d.goes(made, stores))
	case made.awaits() != "":
		text = text.Say(" It waits for " + made.awaits() + "'s yes.")
	case made.Phase != unposted && n > 0:
		text = text.Sayf(" %s brought up to date.", pluralBe(n, "post"))
		if len(revision.Deliveries) > 0 {
			text = text.Sayf(" It is on its way to %s more.", chat.Count(len(made.added(p, stores)), "store"))
		}
	case len(revision.Deliveries) > 0:
		text = text.Say(" It ").Add(d.goes(made, stores))
	}
	for _, problem := range d.join(ctx, r, revision.Deliveries) {
		text = text.Line().Say("⚠ ").Add(problem)
	}
	return sentence(text)
}

// unchanged says whether a campaign is already what it was to become.
func unchanged(is, to clarion.Campaign) bool {
	to.RevisedAt = is.RevisedAt
	a, errA := json.Marshal(is)
	b, errB := json.Marshal(to)
	return errA == nil && errB == nil && string(a) == string(b)
}

// overtaken takes the place of a preview that is of no use any more.
func (d *drops) overtaken(r Request, e editing, p plan) Reply {
	return Reply{Form: &chat.Form{Title: "Not saved yet", Close: "Back", Parts: []chat.Part{
		chat.Paragraphs(d.moved(r, e, p)),
		chat.Paragraphs(chat.Say("Nothing of yours is lost. Go back and press ").Bold("Preview").Say(" again: you see what has changed, beside what you wrote.")),
	}}}
}

// revision says what follows from a change, at the moment at which it is made.
func (made draft) revision(before plan, stores []clarion.Store, at time.Time) storage.Revision {
	rev := storage.Revision{Campaign: made.Campaign}
	stage := made.Campaign.Stage(at)
	switch {
	case before.queued():
	case made.Phase == unposted: // its posts move
		rev.Drop, rev.Withdraw = made.Drop, true
		if goesOut(stage) {
			rev.Deliveries = made.Drop.Deliveries(stores)
		}
	default: // stores are added, and get their posts now
		rev.Drop = made.Drop
		if goesOut(stage) || stage == clarion.Recalled {
			late := clarion.Drop{ID: made.Drop.ID, Campaign: made.Drop.Campaign, At: at}
			for _, s := range made.added(before, stores) {
				late.Stores = append(late.Stores, s.ID)
			}
			rev.Deliveries = late.Deliveries(stores)
		}
	}
	return rev
}

// pluralBe writes "1 post is", "12 posts are".
func pluralBe(n int, noun string) string {
	if n == 1 {
		return chat.Count(n, noun) + " is"
	}
	return chat.Count(n, noun) + " are"
}
