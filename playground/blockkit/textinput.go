package blockkit

import (
	"encoding/json"
	"math/big"
	"net/url"
	"strings"
)

func textFields(more ...field) []field {
	return elementFields(append([]field{
		may("placeholder", plainText(150)),
		may("focus_on_load", focus),
		may("dispatch_action_config", dispatchConfig),
	}, more...)...)
}

// plainTextInputShape: https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
var plainTextInputShape = shape{
	typed: true,
	fields: textFields(
		may("initial_value", chars(0, 3000)),
		may("multiline", truth),
		may("min_length", integer(0, 3000)),
		may("max_length", integer(1, 3000)),
	),
	whole: func(c *checker, at string, o object) {
		least, hasLeast := o.integer("min_length")
		most, hasMost := o.integer("max_length")
		if hasLeast && hasMost && least > most {
			c.refuse(at+"/min_length", "must not be greater than max_length")
		}
		if n := int64(len([]rune(o.str("initial_value")))); hasMost && n > most {
			c.refuse(at+"/initial_value", "must not be longer than max_length")
		}
	},
}

// lineInputShape is that of https://docs.slack.dev/reference/block-kit/block-elements/url-input-element and
// https://docs.slack.dev/reference/block-kit/block-elements/email-input-element
var lineInputShape = shape{typed: true, fields: textFields(may("initial_value", chars(0, 3000)))}

// numberInputShape: https://docs.slack.dev/reference/block-kit/block-elements/number-input-element; its bounds
// are strings that hold numbers.
var numberInputShape = shape{
	typed: true,
	fields: textFields(
		need("is_decimal_allowed", truth),
		may("initial_value", decimalText),
		may("min_value", decimalText),
		may("max_value", decimalText),
	),
	whole: func(c *checker, at string, o object) {
		least, most := parseDecimal(o.str("min_value")), parseDecimal(o.str("max_value"))
		if least != nil && most != nil && least.Cmp(most) > 0 {
			c.refuse(at+"/min_value", "must not be greater than max_value")
		}
		v := parseDecimal(o.str("initial_value"))
		if v != nil && (least != nil && v.Cmp(least) < 0 || most != nil && v.Cmp(most) > 0) {
			c.refuse(at+"/initial_value", "must be between min_value and max_value")
		}
		if v != nil && !v.IsInt() && !o.flag("is_decimal_allowed") {
			c.refuse(at+"/initial_value", "must be a whole number unless is_decimal_allowed")
		}
	},
}

func decimalText(c *checker, at string, v any) {
	s, ok := v.(string)
	if !ok || parseDecimal(s) == nil {
		c.refuse(at, "must be a string that holds a number")
	}
}

// parseDecimal reads "-10" or "5.5", without rounding and without an exponent; nil for anything else.
func parseDecimal(s string) *big.Rat {
	if len(s) > 64 || strings.Trim(s, "+-.0123456789") != "" {
		return nil
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil
	}
	return r
}

// richTextInputShape: https://docs.slack.dev/reference/block-kit/block-elements/rich-text-input-element
var richTextInputShape = shape{typed: true, fields: textFields(
	may("initial_value", oneType(map[string]shape{"rich_text": richTextShape})),
	may("min_lines", integer(1, 100)),
	may("max_lines", integer(1, 100)),
)}

// fileInputShape: https://docs.slack.dev/reference/block-kit/block-elements/file-input-element
var fileInputShape = shape{typed: true, fields: elementFields(
	may("filetypes", items(1, unbounded, chars(1, 255))),
	may("max_files", integer(1, 10)),
)}

// textInput draws the one-line inputs and the multi-line one.
func (d *drawer) textInput(el object, s slot) {
	attrs := []attr{setIf("placeholder", emojify(el.obj("placeholder").str("text")))}
	for _, limit := range []struct {
		name markup
		key  string
	}{{"minlength", "min_length"}, {"maxlength", "max_length"}} {
		if n, ok := el.integer(limit.key); ok {
			attrs = append(attrs, set(limit.name, decimal(n)))
		}
	}
	value := d.state(el, s).str("value")
	if el.flag("multiline") {
		d.open("textarea", s.control(el, append(attrs, set("class", "bk-text-input bk-textarea"), set("rows", "4"))...)...)
		d.raw("\n") // HTML drops the first line break of a textarea
		d.text(value)
		d.close("textarea")
		return
	}
	kind := "text"
	switch el.str("type") {
	case "url_text_input":
		kind = "url"
	case "email_text_input":
		kind = "email"
	case "number_input":
		kind = "number"
		step := "1"
		if el.flag("is_decimal_allowed") {
			step = "any"
		}
		attrs = append(attrs, set("step", step), setIf("min", el.str("min_value")), setIf("max", el.str("max_value")))
	}
	d.open("input", s.control(el, append(attrs, set("type", kind), set("class", "bk-text-input"), set("value", value))...)...)
}

// richTextInput draws a multi-line input that takes mrkdwn-like plain text.
func (d *drawer) richTextInput(el object, s slot) {
	rows := int64(4)
	if n, ok := el.integer("min_lines"); ok {
		rows = n
	}
	d.open("textarea", s.control(el, set("class", "bk-text-input bk-textarea"), set("rows", decimal(rows)),
		setIf("placeholder", emojify(el.obj("placeholder").str("text"))))...)
	d.raw("\n")
	d.text(plainRichText(d.state(el, s).obj("rich_text_value")))
	d.close("textarea")
}

// fileInput draws a file chooser. A plain form post carries the files' names.
func (d *drawer) fileInput(el object, s slot) {
	var accept []string
	for _, t := range el.strs("filetypes") {
		accept = append(accept, "."+strings.TrimPrefix(t, "."))
	}
	most, ok := el.integer("max_files")
	d.open("input", s.control(el, set("type", "file"), set("class", "bk-file"), setIf("accept", strings.Join(accept, ",")),
		onIf("multiple", !ok || most > 1))...)
}

func initialValue(el object) object { return object{"value": el["initial_value"]} }

// readValue reads typed text; empty text is null, as in Slack. A form's line ends become "\n".
func readValue(_ object, form url.Values, name string) object {
	if v := normalLines(form.Get(name)); v != "" {
		return object{"value": v}
	}
	return object{"value": nil}
}

func normalLines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

func initialRichText(el object) object { return object{"rich_text_value": el["initial_value"]} }

// readRichText turns typed text into a rich_text block of one section. Text that the person left as it was keeps
// the formatting that the bot gave it.
func readRichText(el object, form url.Values, name string) object {
	typed := normalLines(form.Get(name))
	if typed == "" {
		return object{"rich_text_value": nil}
	}
	if given := el.obj("initial_value"); given != nil && plainRichText(given) == typed {
		return object{"rich_text_value": map[string]any(given)}
	}
	return object{"rich_text_value": map[string]any{
		"type": "rich_text",
		"elements": []any{map[string]any{
			"type":     "rich_text_section",
			"elements": []any{map[string]any{"type": "text", "text": typed}},
		}},
	}}
}

func initialFiles(object) object { return object{"files": []any{}} }

func readFiles(_ object, form url.Values, name string) object {
	files := []any{}
	for i, file := range form[name] {
		if file != "" {
			files = append(files, map[string]any{"id": "F" + strings.ToUpper(decimal(int64(i))), "name": file, "size": json.Number("0")})
		}
	}
	return object{"files": files}
}
