package blockkit

// buttonShape: https://docs.slack.dev/reference/block-kit/block-elements/button-element
var buttonShape = shape{typed: true, fields: elementFields(
	need("text", plainText(75)),
	may("value", chars(0, 2000)),
	may("url", link(3000)),
	may("style", oneOf("primary", "danger")),
	may("accessibility_label", chars(1, 75)),
	may("confirm", confirmation),
)}

// workflowButtonShape: https://docs.slack.dev/reference/block-kit/block-elements/workflow-button-element
var workflowButtonShape = shape{typed: true, fields: elementFields(
	need("text", plainText(75)),
	need("workflow", is(shape{fields: []field{need("trigger", is(shape{fields: []field{
		need("url", link(3000, "https")),
		may("customizable_input_parameters", items(1, unbounded, is(shape{fields: []field{
			need("name", chars(1, unbounded)),
			need("value", chars(0, unbounded)),
		}}))),
	}}))}})),
	may("style", oneOf("primary", "danger")),
	may("accessibility_label", chars(1, 75)),
	may("confirm", confirmation),
)}

func (d *drawer) button(el object, s slot) {
	class := "bk-button"
	if style := el.str("style"); style == "primary" || style == "danger" {
		class += " bk-" + style
	}
	attrs := append(s.marks(el), set("type", "button"), set("class", class), set("data-value", el.str("value")),
		setIf("data-url", href(el.str("url"))), setIf("aria-label", el.str("accessibility_label")))
	d.open("button", attrs...)
	d.textObject(el.obj("text"))
	d.close("button")
}

// workflowButton is drawn as a button that cannot be pressed: no workflow runs here.
func (d *drawer) workflowButton(el object, s slot) {
	d.open("button", append(s.marks(el), set("type", "button"), set("class", "bk-button"), onIf("disabled", true))...)
	d.textObject(el.obj("text"))
	d.close("button")
}
