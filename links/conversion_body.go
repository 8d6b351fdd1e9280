package links

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/clarion-bot/clarion"
)

// conversionFields are those that the body of a conversion can have.
var conversionFields = []string{"click", "kind", "id", "store", "value", "at"}

// parseConversion reads the body of a conversion: one JSON object. A field that is null is as if it were not
// there. The error is a [*clarion.InvalidError], or a refusal when a link or store cannot be one.
func parseConversion(body []byte, now time.Time) (clarion.Conversion, error) {
	fields, err := readObject(body)
	if err != nil {
		return clarion.Conversion{}, err
	}
	c := clarion.Conversion{At: now}
	texts := make(map[string]string, len(fields))
	for name, raw := range fields {
		var text string
		if err := json.Unmarshal(raw, &text); err == nil {
			texts[name] = text
			continue
		}
		if name == "value" && (raw[0] == '-' || '0' <= raw[0] && raw[0] <= '9') {
			texts[name] = string(raw) // as it is written: a float could not hold it
			continue
		}
		return c, clarion.Invalid(name, "The %s must be %s.", name, wantedType(name))
	}
	c.Kind, c.ID = texts["kind"], texts["id"]
	if text := texts["at"]; text != "" {
		if c.At, err = time.Parse(time.RFC3339, text); err != nil {
			return c, clarion.Invalid("at", "%s is not a time: write it like 2026-11-22T10:30:00Z.", quoted(text))
		}
	}
	if text := texts["value"]; text != "" {
		if c.Value, err = clarion.ParseValue(text); err != nil {
			return c, err
		}
	}
	unknown := error(nil)
	if text := texts["click"]; text != "" {
		if c.Code, err = clarion.ParseClick(text); err != nil {
			unknown = unknownOrigin(clarion.Invalid("click", "%s is neither the id of a click nor a link's code: hand over what stood behind %s in the address, or the code.", quoted(text), clarion.ClickParameter))
		}
	}
	if text := texts["store"]; text != "" {
		if c.Store, err = clarion.ParseStoreID(text); err != nil {
			unknown = unknownOrigin(clarion.Invalid("store", "There is no store %s: use the id by which stores were imported.", quoted(text)))
		}
	}
	wrong := c.Check(now)
	if unknown != nil {
		wrong = slices.DeleteFunc(wrong, func(e *clarion.InvalidError) bool { return e.Field == "click" })
	}
	if len(wrong) > 0 {
		return c, wrong[0]
	}
	return c, unknown
}

func wantedType(field string) string {
	if field == "value" {
		return "a number, such as 129.95, or a text in quotation marks"
	}
	return "a text in quotation marks"
}

// quoted returns the beginning of a text that somebody sent.
func quoted(text string) string {
	const most = 64
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return "“" + text + "”"
}

var errNoObject = clarion.Invalid("", `The body must be one JSON object, such as {"click": "…", "kind": "appointment", "id": "A-1042"}.`)

// readObject reads one JSON object that has known fields only, each once. Those that are null are left out.
func readObject(body []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return nil, errNoObject
	}
	fields := make(map[string]json.RawMessage, len(conversionFields))
	for d.More() {
		token, err := d.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return nil, errNoObject
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, errNoObject
		}
		if !slices.Contains(conversionFields, name) {
			return nil, clarion.Invalid(name, "There is no field %s: there can be %s.", quoted(name), strings.Join(conversionFields, ", "))
		}
		if _, twice := fields[name]; twice {
			return nil, clarion.Invalid(name, "The field %s is there twice: leave one out.", name)
		}
		fields[name] = value
	}
	if last, err := d.Token(); err != nil || last != json.Delim('}') {
		return nil, errNoObject
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errNoObject
	}
	for name, value := range fields {
		if string(value) == "null" {
			delete(fields, name)
		}
	}
	return fields, nil
}
