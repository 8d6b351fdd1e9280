package chat

import "time"

// A Form asks a person for something, or shows something to that person alone.
type Form struct {
	Action string // who gets what was filled in; empty for a form that only shows
	State  string // handed back with it; at most 2,000 characters
	Title  string // at most 24 characters
	Submit string // the button's label; needed when there are inputs
	Close  string // the other button's label; empty: "Close"
	Parts  []Part // parts of a message, and Inputs
	// Version is told apart where the form takes the place of an earlier one with inputs of the same names: what
	// stands in those is kept when the version is the same, and begins anew with each input's Initial when it is
	// another. Letters and digits.
	Version string
}

// An Input is one field of a form. The name is unique within the form.
type Input struct {
	Name     string
	Label    string
	Hint     string // what to write, below the field
	Optional bool
	Field    Field
}

func (Input) part() {}

// A Field is a kind of input. The types of this package are all there are.
type Field interface{ field() }

type (
	// A TextField is a line of text, or several lines.
	TextField struct {
		Initial     string
		Placeholder string
		Lines       bool
		Most        int // greatest length in code points; 0: the platform's own
	}
	// An AddressField is an address on the web.
	AddressField struct {
		Initial     string
		Placeholder string
	}
	// A SelectField is one option of a list that folds away.
	SelectField struct {
		Options     []Option
		Initial     string
		Placeholder string
	}
	// A MultiSelectField is any number of options of a list that folds away.
	MultiSelectField struct {
		Options     []Option
		Initial     []string
		Placeholder string
	}
	// A CheckField is any number of options that are all in view: at most ten.
	CheckField struct {
		Options []Option
		Initial []string
	}
	// A RadioField is one option of those that are all in view: at most ten.
	RadioField struct {
		Options []Option
		Initial string
	}
	// A MomentField is a date and a time, in the person's own zone.
	MomentField struct{ Initial time.Time }
	// A PersonField is one person of the platform's workspace.
	PersonField struct {
		Initial     Person
		Placeholder string
	}
)

func (TextField) field()        {}
func (AddressField) field()     {}
func (SelectField) field()      {}
func (MultiSelectField) field() {}
func (CheckField) field()       {}
func (RadioField) field()       {}
func (MomentField) field()      {}
func (PersonField) field()      {}

// Values are what was filled in, by the inputs' names. An input that was left empty is not among them.
type Values map[string]Value

// A Value is what one input holds: a text, chosen options, a moment or a person, by its kind.
type Value struct {
	Text   string
	Chosen []string
	Moment time.Time
	Person Person // without a name
}

// Text returns the text, or the one chosen option, of an input.
func (v Values) Text(name string) string {
	value := v[name]
	if value.Text == "" && len(value.Chosen) == 1 {
		return value.Chosen[0]
	}
	return value.Text
}

// Chosen returns the options that were chosen in an input.
func (v Values) Chosen(name string) []string { return v[name].Chosen }

// Moment returns the moment of an input, or the zero time.
func (v Values) Moment(name string) time.Time { return v[name].Moment }

// Person returns the person of an input, or nobody.
func (v Values) Person(name string) Person { return v[name].Person }
