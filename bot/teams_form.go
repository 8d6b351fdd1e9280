package bot

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/clarion-bot/clarion/chat"
)

// A zone is where a person's dates and times are.
type zone struct{ *time.Location }

var utc = &zone{time.UTC}

// zoneNamed returns the zone of a name that came from outside, or the bot's own when it names none.
func (t *Teams) zoneNamed(name string) *zone {
	if name == "" {
		return &zone{t.cfg.Location}
	}
	if known, ok := t.zones.Get(name); ok {
		return known
	}
	z := &zone{t.cfg.Location}
	if loc, err := time.LoadLocation(name); err == nil && loc != time.Local {
		z = &zone{loc}
	}
	t.zones.Add(name, z)
	return z
}

// A teamsDialog is a card that opens over the chat, for one person alone
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/what-are-task-modules).
type teamsDialog struct {
	Title string `json:"t"`
	Card  card   `json:"c"`
}

// Inputs' ids begin with this, and say after the name of what kind the input is: what comes back is text whatever it is.
const inputMark = "i:"

const (
	kindText   = ""
	kindOne    = ":one"
	kindMany   = ":many"
	kindDate   = ":date"
	kindTime   = ":time"
	kindPerson = ":person"
)

// dialogOf draws a form as a dialog. Via is the press that it answers, if it can be made again; address is that of people
// who stand in its fields.
func dialogOf(f *chat.Form, z *zone, via *viaPress, address func(chat.Person) string) teamsDialog {
	r := teamsRenderer{where: onDialog, zone: z, rows: teamsRows, address: address, press: pressData{Via: via}}
	d := teamsDialog{Title: f.Title, Card: r.card(f.Title, f.Parts)}
	if f.Submit != "" || f.Action != "" {
		press := pressData{Action: f.Action, Form: true, State: f.State, Version: f.Version, Zone: z.String(), Via: via}
		d.Card.Actions = append(d.Card.Actions, cardAction{
			Type: "Action.Submit", Title: cmp.Or(f.Submit, "Send"), Style: "positive", Data: &actionData{Clarion: press},
		})
	}
	if asks(f) {
		d.carry(pack(d))
	}
	return d
}

// carry puts a drawing of the dialog into what each of its buttons brings back, but into those that lead back.
func (d *teamsDialog) carry(drawn string) {
	set := func(actions []cardAction) {
		for i := range actions {
			if data := actions[i].Data; data != nil && !data.Clarion.Back {
				carrying := *data
				carrying.Clarion.Drawn = drawn
				actions[i].Data = &carrying
			}
		}
	}
	set(d.Card.Actions)
	walk(d.Card.Body, func(e *element) { set(e.Actions) })
}

// walk calls f for each element, and for those that stand within it.
func walk(elements []element, f func(*element)) {
	for i := range elements {
		f(&elements[i])
		walk(elements[i].Items, f)
		walk(elements[i].Columns, f)
	}
}

// input draws one field, with its hint below it.
func (r *teamsRenderer) input(in chat.Input) {
	e := element{ID: inputMark + in.Name, Label: withoutFunctions(in.Label), IsRequired: !in.Optional}
	if e.IsRequired {
		e.ErrorMessage = missing
	}
	switch f := in.Field.(type) {
	case chat.TextField:
		e.Type, e.Value, e.Placeholder, e.IsMultiline, e.MaxLength = "Input.Text", f.Initial, f.Placeholder, f.Lines, f.Most
	case chat.AddressField:
		e.Type, e.Value, e.Placeholder, e.Style = "Input.Text", f.Initial, f.Placeholder, "url"
	case chat.SelectField:
		e.choices(f.Options, kindOne)
		e.Value, e.Placeholder, e.Style = f.Initial, f.Placeholder, listStyle(f.Options)
	case chat.RadioField:
		e.choices(f.Options, kindOne)
		e.Value, e.Style = f.Initial, "expanded"
	case chat.MultiSelectField:
		e.choices(f.Options, kindMany)
		e.Value, e.Placeholder = joined(f.Initial), f.Placeholder
	case chat.CheckField:
		e.choices(f.Options, kindMany)
		e.Value, e.Style = joined(f.Initial), "expanded"
	case chat.MomentField:
		e = r.moment(e, in.Name, f)
	case chat.PersonField:
		// By e-mail address: the field with which people are chosen does nothing on phones
		// (https://github.com/microsoft/AdaptiveCards/issues/9208), and is not of version 1.5.
		e.ID += kindPerson
		e.Type, e.Style, e.Placeholder = "Input.Text", "email", "Their e-mail address"
		if r.address != nil {
			e.Value = r.address(f.Initial)
		}
	default:
		panic(fmt.Sprintf("bot: no way to draw a %T", f))
	}
	r.add(e)
	if in.Hint != "" {
		r.text(chat.Say(in.Hint), textRun{Size: "Small", IsSubtle: true}, "None")
	}
}

// missing is what a field says that has to be filled in and is not.
const missing = "Please fill this in."

func (e *element) choices(options []chat.Option, kind string) {
	e.Type, e.ID, e.Choices = "Input.ChoiceSet", e.ID+kind, cardChoices(options)
	if kind == kindMany {
		e.IsMultiSelect = true
		for i := range e.Choices {
			e.Choices[i].Value = commas.Replace(e.Choices[i].Value)
		}
	}
}

// Several chosen values come back as one text with commas between them, so none may have any.
var (
	commas   = strings.NewReplacer("%", "%25", ",", "%2C")
	uncommas = strings.NewReplacer("%25", "%", "%2C", ",")
)

func joined(values []string) string {
	escaped := make([]string, len(values))
	for i, v := range values {
		escaped[i] = commas.Replace(v)
	}
	return strings.Join(escaped, ",")
}

// moment draws a date and a time side by side: cards have no field for both.
func (r *teamsRenderer) moment(e element, name string, f chat.MomentField) element {
	day, clock := e, e
	day.Type, day.ID = "Input.Date", inputMark+name+kindDate
	clock.Type, clock.ID, clock.Label = "Input.Time", inputMark+name+kindTime, "Time ("+r.zone.String()+")"
	if !f.Initial.IsZero() {
		at := f.Initial.In(r.zone.Location)
		day.Value, clock.Value = at.Format(time.DateOnly), at.Format("15:04")
	}
	return element{Type: "ColumnSet", Columns: []element{
		{Type: "Column", Width: "stretch", Items: []element{day}},
		{Type: "Column", Width: "stretch", Items: []element{clock}},
	}}
}

// readInputs reads what was filled in, by inputs' ids, and says what is wrong by the inputs' names before anybody looks
// at what it means.
func readInputs(filled map[string]string, z *zone) (values chat.Values, wrong map[string]string) {
	values, wrong = chat.Values{}, map[string]string{}
	for id, text := range filled {
		name, kind, ok := inputID(id)
		if !ok || strings.TrimSpace(text) == "" {
			continue
		}
		switch kind {
		case kindText:
			values[name] = chat.Value{Text: text}
		case kindOne:
			values[name] = chat.Value{Chosen: []string{text}}
		case kindMany:
			v := chat.Value{}
			for _, chosen := range strings.Split(text, ",") {
				v.Chosen = append(v.Chosen, uncommas.Replace(chosen))
			}
			values[name] = v
		case kindDate:
			at, why := momentOf(text, filled[inputMark+name+kindTime], z)
			if why != "" {
				wrong[name] = why
				continue
			}
			values[name] = chat.Value{Moment: at}
		case kindTime:
			if strings.TrimSpace(filled[inputMark+name+kindDate]) == "" {
				wrong[name] = "Choose the day too."
			}
		case kindPerson:
			values[name] = chat.Value{Text: strings.TrimSpace(text)} // an address; who that is is looked up by whoever calls
		}
	}
	return values, wrong
}

func inputID(id string) (name, kind string, ok bool) {
	name, ok = strings.CutPrefix(id, inputMark)
	for _, kind := range []string{kindOne, kindMany, kindDate, kindTime, kindPerson} {
		if name, found := strings.CutSuffix(name, kind); found {
			return name, kind, ok && name != ""
		}
	}
	return name, kindText, ok && name != ""
}

func momentOf(day, clock string, z *zone) (at time.Time, why string) {
	if strings.TrimSpace(clock) == "" {
		return at, "Choose the time too."
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		at, err := time.ParseInLocation(time.DateOnly+" "+layout, day+" "+clock, z.Location)
		if err == nil {
			return at, ""
		}
	}
	return at, "This is no date and time: write them like 2026-11-28 and 06:00."
}
