package blockkit

// alertShape: https://docs.slack.dev/reference/block-kit/blocks/alert-block
var alertShape = shape{typed: true, fields: blockFields(
	need("text", anyText(200)),
	may("level", oneOf("default", "info", "warning", "error", "success")),
)}

func (d *drawer) alert(o object) {
	class := "bk-block bk-alert"
	switch level := o.str("level"); level {
	case "info", "warning", "error", "success":
		class += " bk-alert-" + level
	}
	d.open("div", set("class", class), set("role", "note"))
	d.textObject(o.obj("text"))
	d.close("div")
}
