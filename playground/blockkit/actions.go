package blockkit

// actionsShape: https://docs.slack.dev/reference/block-kit/blocks/actions-block
var actionsShape = shape{typed: true, fields: blockFields(need("elements", items(1, 25, elementOf(actionElements...))))}

func (d *drawer) actions(o object)        { d.row(o, "bk-block bk-actions") }
func (d *drawer) contextActions(o object) { d.row(o, "bk-block bk-actions bk-context-actions") }

// row draws a block's elements beside each other.
func (d *drawer) row(o object, class string) {
	d.open("div", set("class", class))
	for _, el := range o.objects("elements") {
		d.element(o.str("block_id"), el, "")
	}
	d.close("div")
}
