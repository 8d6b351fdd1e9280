package chat

// A Message is what the bot says: parts from top to bottom.
type Message struct {
	Summary string // one sentence for notifications and for clients that draw no parts
	Parts   []Part
}

// A Part is one piece of a message or a form. The types of this package are all there are.
type Part interface{ part() }

type (
	// A Heading is a line in large type.
	Heading string

	// A Paragraph is a text, with a small picture beside it when Thumbnail is set.
	Paragraph struct {
		Text      Text
		Thumbnail *Picture
	}

	// Facts are short labelled values, drawn side by side.
	Facts []Fact

	// A Note is small print.
	Note Text

	// A Line divides what is above from what is below.
	Line struct{}

	// A Picture is an image from the web.
	Picture struct {
		Address string
		Alt     string // what it shows, for those who do not see it
	}

	// A Copyable is a text to be copied as it stands, with every sign in it.
	Copyable string

	// A Table is rows of cells under column titles.
	Table struct {
		Columns []Column
		Rows    [][]Text
		Marked  int // the row that stands out, from 0; -1: none
	}

	// A Chart is bars under a title. Where it cannot be drawn it is left out: it never says anything that
	// the parts beside it do not.
	Chart struct {
		Title string
		Unit  string
		Bars  []Bar
	}

	// Controls are buttons and choices in a row.
	Controls []Control
)

func (Heading) part()   {}
func (Paragraph) part() {}
func (Facts) part()     {}
func (Note) part()      {}
func (Line) part()      {}
func (Picture) part()   {}
func (Copyable) part()  {}
func (Table) part()     {}
func (Chart) part()     {}
func (Controls) part()  {}

// A Fact is a labelled value.
type Fact struct {
	Label string
	Value Text
}

// A Column is a table's column.
type Column struct {
	Title   string
	Numbers bool   // the cells are numbers: aligned at the right
	One     string // the title for a single one, where a row is written as a line: "point"; empty: the title
}

// A Bar is one bar of a chart.
type Bar struct {
	Label string
	Value int
}

// A Control is something to press in a message or form.
type Control interface{ control() }

// A Button calls an action with a value when it is pressed.
type Button struct {
	Label   string
	Action  string
	Value   string
	Address string // when set, the press opens this address too
	Look    Look
	Confirm *Confirm // when set, the person is asked first
	InPlace bool     // no form ever opens: what comes of the press takes the place of the message, or is a sentence
}

// A Choice calls an action with the chosen option's value.
type Choice struct {
	Label   string // what is being chosen; shown while nothing is, and read aloud
	Action  string
	Options []Option
	Chosen  string // the value of the option that is chosen already; empty: none
	InPlace bool   // as with a Button
}

func (Button) control() {}
func (Choice) control() {}

// A Look is how a button stands out.
type Look int

const (
	// Ordinary: like the others.
	Ordinary Look = iota
	// Primary: what most people will press. One in a message.
	Primary
	// Danger: something that cannot be taken back.
	Danger
)

// A Confirm is the question before an action.
type Confirm struct{ Title, Text, Yes, No string }

// An Option is one of several to choose from.
type Option struct {
	Value string
	Label string
	Group string // options of one group stand together under its name; empty: no group
}

// Paragraphs is one paragraph without a thumbnail.
func Paragraphs(t Text) Paragraph { return Paragraph{Text: t} }

// Simple returns a message of one paragraph.
func Simple(t Text) *Message {
	return &Message{Summary: t.String(), Parts: []Part{Paragraph{Text: t}}}
}
