package blockkit

import "net/url"

// contextActionsShape: https://docs.slack.dev/reference/block-kit/blocks/context-actions-block
var contextActionsShape = shape{typed: true, fields: blockFields(need("elements", items(1, 5, elementOf("feedback_buttons", "icon_button"))))}

// feedbackShape: https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element
var feedbackShape = shape{typed: true, fields: elementFields(need("positive_button", feedbackButton), need("negative_button", feedbackButton))}

var feedbackButton = is(shape{fields: []field{
	need("text", plainText(75)),
	need("value", chars(1, 2000)),
	may("accessibility_label", chars(1, 75)),
}})

// iconButtonShape: https://docs.slack.dev/reference/block-kit/block-elements/icon-button-element
var iconButtonShape = shape{typed: true, fields: elementFields(
	need("icon", chars(1, 255)),
	need("text", plainText(75)),
	may("value", chars(0, 2000)),
	may("accessibility_label", chars(1, 75)),
	may("visible_to_user_ids", items(1, 10, chars(1, 255))),
	may("confirm", confirmation),
)}

// fileShape: https://docs.slack.dev/reference/block-kit/blocks/file-block; Slack makes such blocks, apps cannot.
var fileShape = shape{typed: true, fields: blockFields(need("source", oneOf("remote")), need("external_id", chars(1, 255)))}

func (d *drawer) file(o object) { d.note("File " + o.str("external_id")) }

func (d *drawer) feedback(el object, s slot) {
	for _, name := range []string{"positive_button", "negative_button"} {
		b := el.obj(name)
		d.open("button", append(s.marks(el), set("type", "button"), set("class", "bk-button bk-small"), set("data-value", b.str("value")),
			setIf("aria-label", b.str("accessibility_label")))...)
		d.textObject(b.obj("text"))
		d.close("button")
	}
}

// feedbackValue is the value of the one of the two buttons that was pressed.
func feedbackValue(el object, form url.Values, name string) object {
	for _, button := range []string{"positive_button", "negative_button"} {
		if v := el.obj(button).str("value"); v != "" && v == form.Get(name) {
			return object{"value": v}
		}
	}
	return object{}
}
