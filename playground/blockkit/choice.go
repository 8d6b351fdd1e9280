package blockkit

import (
	"slices"
	"strconv"
)

// checkboxesShape: https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element
var checkboxesShape = shape{typed: true, whole: initialAmong, fields: elementFields(
	need("options", items(1, 10, choiceOption)),
	may("initial_options", items(1, 10, choiceOption)),
	may("confirm", confirmation),
	may("focus_on_load", focus),
)}

// radioButtonsShape: https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element
var radioButtonsShape = shape{typed: true, whole: initialAmong, fields: elementFields(
	need("options", items(1, 10, choiceOption)),
	may("initial_option", choiceOption),
	may("confirm", confirmation),
	may("focus_on_load", focus),
)}

// choices draws checkboxes or radio buttons, each with its own label.
func (d *drawer) choices(el object, s slot) {
	kind, role := "checkbox", "group"
	if el.str("type") == "radio_buttons" {
		kind, role = "radio", "radiogroup"
	}
	chosen := selectedOf(d.state(el, s))
	d.open("div", append(s.marks(el), set("class", "bk-choices"), set("role", role), s.aria())...)
	for i, o := range el.objects("options") {
		attrs := []attr{
			set("type", kind), set("id", s.id+"-"+strconv.Itoa(i)), set("name", s.name()), set("value", o.str("value")),
			onIf("checked", slices.Contains(chosen, o.str("value"))),
			onIf("required", s.required && kind == "radio"),
			onIf("autofocus", i == 0 && el.flag("focus_on_load")),
		}
		if s.invalid {
			attrs = append(attrs, set("aria-invalid", "true"), set("aria-describedby", s.describedBy))
		}
		d.open("label", set("class", "bk-choice"))
		d.open("input", attrs...)
		d.open("span", set("class", "bk-choice-text"))
		d.textObject(o.obj("text"))
		if more := o.obj("description"); more != nil {
			d.open("small", set("class", "bk-description"))
			d.textObject(more)
			d.close("small")
		}
		d.close("span")
		d.close("label")
	}
	d.close("div")
}
