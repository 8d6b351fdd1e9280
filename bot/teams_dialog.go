package bot

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/clarion-bot/clarion/chat"
)

// A dialog in Teams is answered by the next one: nothing stays below it, and the client keeps nothing of what was filled
// in. So each form carries a drawing of itself in what its buttons bring back. What is wrong in it is shown in the same
// form with everything in it, by any process, however long it was open, and without anything being stored.

const (
	maxUnpacked = 512 << 10
	maxDrawn    = 48 << 10 // beyond that a form cannot be led back to, as Teams would not take it
)

// pack makes a text of a dialog.
func pack(d teamsDialog) string {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		err = errors.Join(json.NewEncoder(w).Encode(d), w.Close())
	}
	if err != nil {
		panic("bot: packing a dialog: " + err.Error()) // strings, numbers and lists always pack
	}
	return base64.RawURLEncoding.EncodeToString(b.Bytes())
}

// unpack reads what pack made. It came back from outside, and may be anything.
func unpack(drawn string) (teamsDialog, error) {
	var d teamsDialog
	packed, err := base64.RawURLEncoding.DecodeString(drawn)
	if err != nil {
		return d, fmt.Errorf("reading a form that came back: %w", err)
	}
	plain := flate.NewReader(bytes.NewReader(packed))
	defer plain.Close()
	if err := json.NewDecoder(io.LimitReader(plain, maxUnpacked)).Decode(&d); err != nil {
		return d, fmt.Errorf("reading a form that came back: %w", err)
	}
	return d, nil
}

// filled puts what was filled in into the dialog's inputs. One that was left empty may not have come back.
func (d *teamsDialog) filled(values map[string]string) {
	walk(d.Card.Body, func(e *element) {
		if _, _, ok := inputID(e.ID); ok {
			e.Value = values[e.ID]
		}
	})
}

// lacking says which inputs have to be filled in and are not.
func (d *teamsDialog) lacking(values map[string]string) map[string]string {
	wrong := map[string]string{}
	walk(d.Card.Body, func(e *element) {
		name, _, ok := inputID(e.ID)
		if ok && e.IsRequired && strings.TrimSpace(values[e.ID]) == "" {
			wrong[name] = missing
		}
	})
	return wrong
}

// again draws a form anew with what was filled in, and with what is wrong at the inputs where it is. What is wrong at no
// input, and the notice, stand above all.
func again(drawn string, values, wrong map[string]string, notice chat.Text) (teamsDialog, error) {
	d, err := unpack(drawn)
	if err != nil {
		return d, err
	}
	d.filled(values)
	elsewhere := maps.Clone(wrong)
	d.Card.Body = withErrors(d.Card.Body, wrong, elsewhere)
	for _, name := range slices.Sorted(maps.Keys(elsewhere)) {
		notice = notice.Line().Say(elsewhere[name])
	}
	if said := strings.TrimSpace(notice.String()); said != "" {
		d.Card.Body = append([]element{errorText(said)}, d.Card.Body...)
	}
	d.carry(drawn)
	return d, nil
}

// withErrors puts what is wrong below the inputs that it is about, and takes those out of elsewhere.
func withErrors(elements []element, wrong, elsewhere map[string]string) []element {
	var out []element
	for _, e := range elements {
		e.Items, e.Columns = withErrors(e.Items, wrong, elsewhere), withErrors(e.Columns, wrong, elsewhere)
		out = append(out, e)
		name, kind, ok := inputID(e.ID)
		if why, is := wrong[name]; ok && is && kind != kindTime {
			out = append(out, errorText(why))
			delete(elsewhere, name)
		}
	}
	return out
}

func errorText(s string) element {
	return element{Type: "TextBlock", Text: "⚠ " + withoutMarkdown(withoutFunctions(s), false), Color: "Attention", Wrap: true, Spacing: "Small", Weight: "Bolder"}
}

// leadBack adds a button that puts another dialog in the place of this one, when it fits.
func (d *teamsDialog) leadBack(label string, to pressData) {
	if len(to.Drawn) > maxDrawn {
		return
	}
	d.Card.Actions = append(d.Card.Actions, cardAction{Type: "Action.Submit", Title: label, Data: &actionData{Clarion: to}})
}

// backTo says how the dialog in which something was pressed is shown again: as it was handed in, or by the press that
// drew it.
func backTo(press pressData, values map[string]string) (pressData, bool) {
	if press.Drawn != "" {
		below, err := unpack(press.Drawn)
		if err != nil {
			return pressData{}, false
		}
		below.filled(values)
		return pressData{Back: true, Drawn: pack(below)}, true
	}
	if via := press.Via; via != nil {
		return pressData{Action: via.Action, Value: via.Value, Typed: via.Typed}, true
	}
	return pressData{}, false
}
