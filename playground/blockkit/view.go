package blockkit

// viewFields are the members that modals and Home tabs share
// (https://docs.slack.dev/reference/views/modal-views, https://docs.slack.dev/reference/views/home-tab-views).
func viewFields(more ...field) []field {
	return append([]field{
		need("blocks", items(0, maxViewBlocks, (*checker).block)),
		may("private_metadata", chars(0, 3000)),
		may("callback_id", chars(0, 255)),
		may("external_id", chars(0, 255)),
	}, more...)
}

// viewShapes is every type of view that an app can show.
var viewShapes = map[string]shape{
	"modal": {
		typed: true,
		fields: viewFields(
			need("title", plainText(24)),
			may("submit", plainText(24)),
			may("close", plainText(24)),
			may("clear_on_close", truth),
			may("notify_on_close", truth),
			may("submit_disabled", truth),
		),
		whole: func(c *checker, at string, o object) {
			if c.count["input"] > 0 && o["submit"] == nil {
				c.refuse(at, "missing required field: submit, as the view has input blocks")
			}
		},
	},
	"home": {typed: true, fields: viewFields()},
}
