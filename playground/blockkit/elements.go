package blockkit

import (
	"net/url"
	"slices"
	"strings"
)

// An elementKind is one type of interactive element: what it may hold, how it is drawn, and how its state goes
// from the blocks to the page and from a posted form back to Slack's JSON.
type elementKind struct {
	shape shape
	draw  func(d *drawer, el object, s slot)
	// initial is the state that the element starts with, as in view.state but without "type". nil: it has none.
	initial func(el object) object
	// read is the state that a form carries under a name. nil: the element carries none.
	read func(el object, form url.Values, name string) object
}

// elementKinds is every type of interactive element that is known.
var elementKinds = map[string]elementKind{
	"button":          {buttonShape, (*drawer).button, nil, nil},
	"workflow_button": {workflowButtonShape, (*drawer).workflowButton, nil, nil},
	"overflow":        {overflowShape, (*drawer).overflow, nil, readOption},

	"feedback_buttons": {feedbackShape, (*drawer).feedback, nil, feedbackValue},
	"icon_button":      {iconButtonShape, (*drawer).button, nil, nil},

	"static_select":        {staticSelectShape, (*drawer).menu, initialOption, readOption},
	"external_select":      {externalSelectShape, (*drawer).menu, initialOption, readOption},
	"users_select":         {peopleSelectShape("initial_user"), (*drawer).menu, initialID("initial_user", "selected_user"), readID("selected_user")},
	"channels_select":      {channelsSelectShape, (*drawer).menu, initialID("initial_channel", "selected_channel"), readID("selected_channel")},
	"conversations_select": {conversationsSelectShape, (*drawer).menu, initialID("initial_conversation", "selected_conversation"), readID("selected_conversation")},

	"multi_static_select":        {multiStaticSelectShape, (*drawer).multiMenu, initialOptions, readOptions},
	"multi_external_select":      {multiExternalSelectShape, (*drawer).multiMenu, initialOptions, readOptions},
	"multi_users_select":         {multiPeopleSelectShape("initial_users"), (*drawer).multiMenu, initialIDs("initial_users", "selected_users"), readIDs("selected_users")},
	"multi_channels_select":      {multiPeopleSelectShape("initial_channels"), (*drawer).multiMenu, initialIDs("initial_channels", "selected_channels"), readIDs("selected_channels")},
	"multi_conversations_select": {multiConversationsSelectShape, (*drawer).multiMenu, initialIDs("initial_conversations", "selected_conversations"), readIDs("selected_conversations")},

	"checkboxes":    {checkboxesShape, (*drawer).choices, initialOptions, readOptions},
	"radio_buttons": {radioButtonsShape, (*drawer).choices, initialOption, readOption},

	"datepicker":     {datepickerShape, (*drawer).datepicker, initialID("initial_date", "selected_date"), readID("selected_date")},
	"timepicker":     {timepickerShape, (*drawer).timepicker, initialTime, readTime},
	"datetimepicker": {datetimepickerShape, (*drawer).datetimepicker, initialDateTime, nil}, // read by readDateTime, which needs a time zone

	"plain_text_input": {plainTextInputShape, (*drawer).textInput, initialValue, readValue},
	"url_text_input":   {lineInputShape, (*drawer).textInput, initialValue, readValue},
	"email_text_input": {lineInputShape, (*drawer).textInput, initialValue, readValue},
	"number_input":     {numberInputShape, (*drawer).textInput, initialValue, readValue},
	"rich_text_input":  {richTextInputShape, (*drawer).richTextInput, initialRichText, readRichText},
	"file_input":       {fileInputShape, (*drawer).fileInput, initialFiles, readFiles},
}

// Which elements stand where: @slack/types SectionBlockAccessory, ActionsBlockElement, InputBlockElement.
var (
	menus      = []string{"static_select", "external_select", "users_select", "channels_select", "conversations_select"}
	multiMenus = []string{"multi_static_select", "multi_external_select", "multi_users_select", "multi_channels_select", "multi_conversations_select"}

	inputElements = slices.Concat(menus, multiMenus, []string{"checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker",
		"plain_text_input", "url_text_input", "email_text_input", "number_input", "rich_text_input", "file_input"})
	actionElements = slices.Concat(menus, multiMenus, []string{"button", "workflow_button", "overflow", "checkboxes", "radio_buttons",
		"datepicker", "timepicker", "datetimepicker", "rich_text_input"})
	accessoryElements = slices.Concat(menus, multiMenus, []string{"button", "workflow_button", "overflow", "checkboxes", "radio_buttons",
		"datepicker", "timepicker"})
)

// elementOf is a rule for an element of one of the types.
func elementOf(types ...string) rule { return oneType(shapesOf(types...)) }

func shapesOf(types ...string) map[string]shape {
	shapes := map[string]shape{}
	for _, t := range types {
		shapes[t] = elementKinds[t].shape
	}
	return shapes
}

// elementFields are the members of an interactive element, with the one that all have.
func elementFields(fields ...field) []field {
	return append([]field{may("action_id", actionID)}, fields...)
}

// focus is focus_on_load: a boolean that one element of a view may set.
func focus(c *checker, at string, v any) {
	truth(c, at, v)
	if v != true {
		return
	}
	if c.focused {
		c.refuse(at, "only one element can have focus_on_load set to true")
	}
	c.focused = true
}

// A slot is the place at which an element is drawn.
type slot struct {
	block, action string
	id            string // HTML id of the control that the label names
	label         string // what a screen reader says where there is no visible label
	describedBy   string // HTML ids of the hint and the error
	required      bool
	invalid       bool
	dispatch      string // when the element sends block_actions: "on_change", or the names of dispatch_action_config
}

func (s slot) name() string { return s.block + "~" + s.action }

// marks are what the page's script finds an element by.
func (s slot) marks(el object) []attr {
	marks := []attr{
		set("data-action-id", s.action),
		set("data-block-id", s.block),
		set("data-type", el.str("type")),
		setIf("data-dispatch", s.dispatch),
	}
	if c := el.obj("confirm"); c != nil {
		marks = append(marks, set("data-confirm", marshal(map[string]any(c))))
	}
	return marks
}

// control are the marks and the attributes of a single form control.
func (s slot) control(el object, more ...attr) []attr {
	attrs := append(s.marks(el), set("id", s.id), set("name", s.name()), s.aria())
	attrs = append(attrs, setIf("aria-describedby", s.describedBy), onIf("required", s.required), onIf("autofocus", el.flag("focus_on_load")))
	if s.invalid {
		attrs = append(attrs, set("aria-invalid", "true"))
	}
	return append(attrs, more...)
}

func (s slot) aria() attr { return setIf("aria-label", s.label) }

// element draws an element outside an input block: each change of it is sent.
func (d *drawer) element(block string, el object, label string) {
	kind, ok := d.elements[el.str("type")]
	if !ok {
		d.note("An element of the type “" + el.str("type") + "” cannot be shown.")
		return
	}
	s := slot{block: block, action: el.str("action_id"), id: d.htmlID(block, el.str("action_id")), label: label}
	if p := el.obj("placeholder").str("text"); p != "" {
		s.label = p
	}
	if kind.initial != nil {
		s.dispatch = "on_change"
	}
	kind.draw(d, el, s)
}

// state is what an element shows: what the person did with it, or else what it starts with.
func (d *drawer) state(el object, s slot) object {
	if held := d.values.obj(s.block).obj(s.action); held != nil && (held.str("type") == "" || held.str("type") == el.str("type")) {
		return held
	}
	return d.elements[el.str("type")].initial(el)
}

// clip cuts a label for screen readers to a sensible length.
func clip(s string) string {
	const most = 80
	if r := []rune(strings.TrimSpace(s)); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
