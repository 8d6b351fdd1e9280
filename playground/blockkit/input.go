package blockkit

import "strings"

// inputShape: https://docs.slack.dev/reference/block-kit/blocks/input-block
var inputShape = shape{typed: true, fields: blockFields(
	need("label", plainText(2000)),
	need("element", inputElement),
	may("hint", plainText(2000)),
	may("optional", truth),
	may("dispatch_action", truth),
)}

func inputElement(c *checker, at string, v any) {
	c.inInput = true
	elementOf(inputElements...)(c, at, v)
	c.inInput = false
}

// groups are the elements that are several controls under one label.
var groups = map[string]bool{
	"checkboxes": true, "radio_buttons": true, "datetimepicker": true,
	"multi_static_select": true, "multi_external_select": true, "multi_users_select": true, "multi_channels_select": true, "multi_conversations_select": true,
}

// input draws a labelled control with its hint and, below it, what is wrong with it.
func (d *drawer) input(o object) {
	el := o.obj("element")
	kind, ok := d.elements[el.str("type")]
	if !ok || kind.initial == nil {
		d.note("An input of the type “" + el.str("type") + "” cannot be shown.")
		return
	}
	block := o.str("block_id")
	s := slot{block: block, action: el.str("action_id"), id: d.htmlID(block, el.str("action_id")), required: !o.flag("optional")}
	if o.flag("dispatch_action") {
		s.dispatch = dispatchOf(el)
	}
	problem := d.opt.Errors[block]
	s.invalid = problem != ""
	var described []string
	if o.obj("hint") != nil {
		described = append(described, s.id+"-hint")
	}
	if s.invalid {
		described = append(described, s.id+"-error")
	}
	s.describedBy = strings.Join(described, " ")

	class := "bk-block bk-input"
	if s.invalid {
		class += " bk-invalid"
	}
	if groups[el.str("type")] {
		d.open("fieldset", set("class", class), setIf("aria-describedby", s.describedBy))
		d.inputLabel(o, "legend")
		kind.draw(d, el, s)
		d.inputNotes(o, s, problem)
		d.close("fieldset")
		return
	}
	d.open("div", set("class", class))
	d.inputLabel(o, "label", set("for", s.id))
	kind.draw(d, el, s)
	d.inputNotes(o, s, problem)
	d.close("div")
}

func (d *drawer) inputLabel(o object, tag markup, attrs ...attr) {
	d.open(tag, append(attrs, set("class", "bk-label"))...)
	d.textObject(o.obj("label"))
	if o.flag("optional") {
		d.raw(` <span class="bk-optional">(optional)</span>`)
	}
	d.close(tag)
}

func (d *drawer) inputNotes(o object, s slot, problem string) {
	if problem != "" {
		d.leaf("p", problem, set("class", "bk-error"), set("id", s.id+"-error"), set("role", "alert"))
	}
	if h := o.obj("hint"); h != nil {
		d.open("p", set("class", "bk-hint"), set("id", s.id+"-hint"))
		d.textObject(h)
		d.close("p")
	}
}

// dispatchOf says when an input with dispatch_action sends block_actions: text on Enter unless its
// dispatch_action_config says otherwise, everything else on each change.
func dispatchOf(el object) string {
	switch el.str("type") {
	case "plain_text_input", "url_text_input", "email_text_input", "number_input", "rich_text_input":
		if on := el.obj("dispatch_action_config").strs("trigger_actions_on"); len(on) > 0 {
			return strings.Join(on, " ")
		}
		return "on_enter_pressed"
	}
	return "on_change"
}
