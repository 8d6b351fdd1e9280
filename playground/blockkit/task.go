package blockkit

// taskCardShape: https://docs.slack.dev/reference/block-kit/blocks/task-card-block
var taskCardShape = shape{typed: true, fields: blockFields(
	need("task_id", chars(1, 255)),
	need("title", chars(1, unbounded)),
	need("status", oneOf("pending", "in_progress", "complete", "error")),
	may("details", oneType(map[string]shape{"rich_text": richTextShape})),
	may("output", oneType(map[string]shape{"rich_text": richTextShape})),
	may("sources", items(0, unbounded, oneType(map[string]shape{
		"url": {typed: true, fields: []field{need("url", link(3000)), need("text", chars(1, unbounded))}},
	}))),
)}

// planShape: https://docs.slack.dev/reference/block-kit/blocks/plan-block
var planShape = shape{typed: true, fields: blockFields(
	need("title", chars(1, unbounded)),
	may("tasks", items(0, 50, childBlock("task_card"))),
)}

// taskSigns show a task's state; the words are for screen readers.
var taskSigns = map[string]string{"pending": "○", "in_progress": "◐", "complete": "●", "error": "✕"}

func (d *drawer) taskCard(o object) {
	d.open("div", set("class", "bk-block bk-task"))
	d.open("div", set("class", "bk-card-title"))
	status := o.str("status")
	d.leaf("span", or(taskSigns[status], "○"), set("role", "img"), set("aria-label", or(status, "pending")))
	d.raw(" ")
	d.text(o.str("title"))
	d.close("div")
	d.richText(o.obj("details"))
	d.richText(o.obj("output"))
	for _, s := range o.objects("sources") {
		d.anchor(s.str("url"), s.str("text"))
		d.raw(" ")
	}
	d.close("div")
}

func (d *drawer) plan(o object) {
	d.open("section", set("class", "bk-block bk-container"))
	d.leaf("div", o.str("title"), set("class", "bk-card-title"))
	for _, task := range o.objects("tasks") {
		d.block(task)
	}
	d.close("section")
}
