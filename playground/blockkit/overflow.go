package blockkit

// overflowShape: https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element
var overflowShape = shape{typed: true, fields: elementFields(
	need("options", items(1, 5, overflowOption)),
	may("confirm", confirmation),
)}

// overflow draws a menu that opens without a script; each of its buttons carries its option's value.
func (d *drawer) overflow(el object, s slot) {
	d.raw(`<details class="bk-overflow"><summary class="bk-button" aria-label="More actions">⋯</summary><div class="bk-overflow-menu">`)
	for _, o := range el.objects("options") {
		d.open("button", append(s.marks(el), set("type", "button"), set("class", "bk-overflow-item"), set("data-value", o.str("value")),
			setIf("data-url", href(o.str("url"))))...)
		d.textObject(o.obj("text"))
		if more := o.obj("description"); more != nil {
			d.open("small", set("class", "bk-description"))
			d.textObject(more)
			d.close("small")
		}
		d.close("button")
	}
	d.raw(`</div></details>`)
}
