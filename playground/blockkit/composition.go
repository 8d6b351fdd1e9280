package blockkit

import (
	"encoding/json"
	"maps"
	"reflect"
)

// Text objects (https://docs.slack.dev/reference/block-kit/composition-objects/text-object). An emoji flag
// belongs to plain_text only, verbatim to mrkdwn only.

func plainShape(most int) shape {
	return shape{typed: true, fields: []field{need("text", chars(1, most)), may("emoji", truth)}}
}

func mrkdwnShape(most int) shape {
	return shape{typed: true, fields: []field{need("text", chars(1, most)), may("verbatim", truth)}}
}

// plainText is a plain_text object of 1 to most code points.
func plainText(most int) rule {
	return oneType(map[string]shape{"plain_text": plainShape(most)})
}

// anyText is a plain_text or mrkdwn object of 1 to most code points.
func anyText(most int) rule {
	return oneType(map[string]shape{"plain_text": plainShape(most), "mrkdwn": mrkdwnShape(most)})
}

// confirmation is a confirm dialog
// (https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object).
var confirmation = is(shape{fields: []field{
	may("title", plainText(100)),
	need("text", anyText(300)),
	may("confirm", plainText(30)),
	may("deny", plainText(30)),
	may("style", oneOf("primary", "danger")),
}})

// optionShape is one choice (https://docs.slack.dev/reference/block-kit/composition-objects/option-object).
// Menus take plain_text; checkboxes and radio buttons any text. A url belongs to overflow menus only.
func optionShape(t func(most int) rule, more ...field) shape {
	return shape{fields: append([]field{
		need("text", t(75)),
		need("value", chars(1, 150)),
		may("description", t(75)),
	}, more...)}
}

var (
	menuOption     = is(optionShape(plainText))
	choiceOption   = is(optionShape(anyText))
	overflowOption = is(optionShape(plainText, may("url", link(3000))))
)

// optionGroup is a labelled part of a menu
// (https://docs.slack.dev/reference/block-kit/composition-objects/option-group-object).
var optionGroup = is(shape{fields: []field{
	need("label", plainText(75)),
	need("options", items(1, 100, menuOption)),
}})

// conversationFilter narrows a conversations menu; it must say something
// (https://docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object).
var conversationFilter = is(shape{
	fields: []field{
		may("include", items(1, 4, oneOf("im", "mpim", "private", "public"))),
		may("exclude_external_shared_channels", truth),
		may("exclude_bot_users", truth),
	},
	whole: func(c *checker, at string, o object) {
		if len(o) == 0 {
			c.refuse(at, "must provide at least one of include, exclude_external_shared_channels, exclude_bot_users")
		}
	},
})

// dispatchConfig says when text being typed is sent
// (https://docs.slack.dev/reference/block-kit/composition-objects/dispatch-action-configuration-object).
var dispatchConfig = is(shape{fields: []field{
	may("trigger_actions_on", items(1, 2, oneOf("on_enter_pressed", "on_character_entered"))),
}})

// slackFile names an uploaded image by URL or by id, not both
// (https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object).
var slackFile = is(shape{
	fields: []field{may("url", link(3000, "https", "http")), may("id", chars(1, 255))},
	whole: func(c *checker, at string, o object) {
		if (o["url"] == nil) == (o["id"] == nil) {
			c.refuse(at, "must provide exactly one of url, id")
		}
	},
})

// optionsOf returns the choices of a menu, those of its groups included.
func optionsOf(el object) []object {
	all := el.objects("options")
	for _, g := range el.objects("option_groups") {
		all = append(all, g.objects("options")...)
	}
	return all
}

// initialAmong refuses an initial choice that is not exactly one of the choices.
func initialAmong(c *checker, at string, el object) {
	choices := optionsOf(el)
	known := func(o object) bool {
		for _, choice := range choices {
			if sameOption(choice, o) {
				return true
			}
		}
		return false
	}
	if o := el.obj("initial_option"); o != nil && !known(o) {
		c.refuse(at+"/initial_option", "must be one of the options")
	}
	for _, o := range el.objects("initial_options") {
		if !known(o) {
			c.refuse(at+"/initial_options", "must all be among the options")
			return
		}
	}
}

// sameOption compares two choices, leaving aside the flags that change nothing about what is chosen.
func sameOption(a, b object) bool { return reflect.DeepEqual(bareOption(a), bareOption(b)) }

func bareOption(o object) object {
	o = maps.Clone(o)
	for _, name := range []string{"text", "description"} {
		if t := o.obj(name); t != nil {
			t = maps.Clone(t)
			delete(t, "emoji")
			delete(t, "verbatim")
			o[name] = map[string]any(t)
		}
	}
	return o
}

// marshal writes a value that came out of decode, which always can be written.
func marshal(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(b)
}
