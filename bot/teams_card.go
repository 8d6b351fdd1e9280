package bot

// cardVersion is the newest version of Adaptive Cards that all of Teams' clients draw
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference).
const cardVersion = "1.5"

const cardType = "application/vnd.microsoft.card.adaptive"

// A card is an Adaptive Card (https://adaptivecards.io/explorer/AdaptiveCard.html), with what the bot uses of it.
type card struct {
	Schema       string       `json:"$schema,omitempty"`
	Type         string       `json:"type"`
	Version      string       `json:"version,omitempty"`
	FallbackText string       `json:"fallbackText,omitempty"`
	Body         []element    `json:"body"`
	Actions      []cardAction `json:"actions,omitempty"`
	Teams        *cardTeams   `json:"msteams,omitempty"`
}

func newCard(fallback string, body []element) card {
	return card{
		Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: cardVersion,
		FallbackText: fallback, Body: body,
	}
}

// cardTeams is what Teams alone reads of a card: how wide it is, and whom its text mentions.
type cardTeams struct {
	Width    string        `json:"width,omitempty"`
	Entities []cardMention `json:"entities,omitempty"`
}

// A cardMention makes a person of the text between <at> and </at>
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format).
type cardMention struct {
	Type      string `json:"type"` // "mention"
	Text      string `json:"text"` // as it stands in the card, with its tags
	Mentioned struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"mentioned"`
}

// An element is one piece of a card, of any type: a text, a picture, a column, an input. What its type does not have is
// left out.
type element struct {
	Type      string `json:"type"`
	ID        string `json:"id,omitempty"`
	Spacing   string `json:"spacing,omitempty"`
	Separator bool   `json:"separator,omitempty"`

	// Of texts.
	Text     string    `json:"text,omitempty"`
	Inlines  []textRun `json:"inlines,omitempty"`
	Size     string    `json:"size,omitempty"`
	Weight   string    `json:"weight,omitempty"`
	Color    string    `json:"color,omitempty"`
	IsSubtle bool      `json:"isSubtle,omitempty"`
	Wrap     bool      `json:"wrap,omitempty"`
	Style    string    `json:"style,omitempty"` // also of inputs and containers
	Align    string    `json:"horizontalAlignment,omitempty"`

	// Of pictures.
	URL string `json:"url,omitempty"`
	Alt string `json:"altText,omitempty"`

	// Of what holds others.
	Items   []element    `json:"items,omitempty"`
	Columns []element    `json:"columns,omitempty"`
	Width   any          `json:"width,omitempty"` // of a column: "auto", "stretch" or a share
	Actions []cardAction `json:"actions,omitempty"`

	// Of charts.
	Title       string     `json:"title,omitempty"`
	XTitle      string     `json:"xAxisTitle,omitempty"`
	DisplayMode string     `json:"displayMode,omitempty"`
	Data        []chartBar `json:"data,omitempty"`
	Fallback    *element   `json:"fallback,omitempty"` // drawn by clients that do not know the type

	// Of inputs.
	Label         string       `json:"label,omitempty"`
	Value         string       `json:"value,omitempty"`
	Placeholder   string       `json:"placeholder,omitempty"`
	IsRequired    bool         `json:"isRequired,omitempty"`
	ErrorMessage  string       `json:"errorMessage,omitempty"`
	IsMultiline   bool         `json:"isMultiline,omitempty"`
	IsMultiSelect bool         `json:"isMultiSelect,omitempty"`
	MaxLength     int          `json:"maxLength,omitempty"`
	Choices       []cardChoice `json:"choices,omitempty"`
}

// A textRun is a piece of a RichTextBlock. Nothing in it is read as markup.
type textRun struct {
	Type         string      `json:"type"` // "TextRun"
	Text         string      `json:"text"`
	Size         string      `json:"size,omitempty"`
	Weight       string      `json:"weight,omitempty"`
	FontType     string      `json:"fontType,omitempty"`
	Italic       bool        `json:"italic,omitempty"`
	IsSubtle     bool        `json:"isSubtle,omitempty"`
	SelectAction *cardAction `json:"selectAction,omitempty"`
}

type chartBar struct {
	X string `json:"x"`
	Y int    `json:"y"`
}

type cardChoice struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// A cardAction is a button.
type cardAction struct {
	Type  string      `json:"type"`
	Title string      `json:"title,omitempty"`
	Style string      `json:"style,omitempty"`
	URL   string      `json:"url,omitempty"`
	Verb  string      `json:"verb,omitempty"`
	Data  *actionData `json:"data,omitempty"`
	Card  *card       `json:"card,omitempty"` // of Action.ShowCard
}

// actionData is what a press brings back: ours, beside what Teams itself reads.
type actionData struct {
	Clarion pressData   `json:"clarion"`
	Teams   *submitKind `json:"msteams,omitempty"`
}

// submitKind makes a dialog of what comes of an Action.Submit.
type submitKind struct {
	Type string `json:"type"` // "task/fetch"
}

func fetch() *submitKind { return &submitKind{"task/fetch"} }

// pressData says what was pressed, and where.
type pressData struct {
	Action string `json:"action,omitempty"` // of the commands' table
	Value  string `json:"value,omitempty"`
	Choice string `json:"choice,omitempty"` // the input that has the value
	Typed  string `json:"typed,omitempty"`  // instead of an action: a command as it was typed
	Form   bool   `json:"form,omitempty"`   // the inputs are a form that is handed in
	State  string `json:"state,omitempty"`  // the form's own
	// Version is the form's; see chat.Form.
	Version string `json:"version,omitempty"`
	Zone    string `json:"zone,omitempty"` // in which the form's dates and times are
	// Drawn is the form as it was drawn, to draw it again beside what is wrong in it, or to go back to it. See packed.
	Drawn string `json:"drawn,omitempty"`
	// Via is the press that drew the dialog in which this one is, to go back to it.
	Via *viaPress `json:"via,omitempty"`
	// Delivery is what put the post there in which this is pressed; see dropCopy.
	Delivery string `json:"delivery,omitempty"`
	// Back puts back the dialog that is packed in Drawn.
	Back bool `json:"back,omitempty"`
}

// A viaPress is a press that can be made again.
type viaPress struct {
	Action string `json:"action,omitempty"`
	Value  string `json:"value,omitempty"`
	Typed  string `json:"typed,omitempty"`
}

// An attachment carries a card in an activity or a dialog.
type attachment struct {
	ContentType string `json:"contentType"`
	Content     card   `json:"content"`
}

func attached(c card) attachment { return attachment{ContentType: cardType, Content: c} }
