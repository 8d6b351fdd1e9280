package bot

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// slackFormState is what a modal carries besides its fields: the form's own state, and where the person came
// from, so that the last answer finds its way back. Slack allows 3,000 characters
// (https://docs.slack.dev/reference/views/modal-views/).
type slackFormState struct {
	State       string `json:"s,omitempty"`
	Channel     string `json:"c,omitempty"`
	ResponseURL string `json:"r,omitempty"`
	Until       int64  `json:"u,omitempty"` // Unix seconds after which the response URL is no longer good
}

// responseURLLife is how long Slack takes answers at a response URL, less a margin
// (https://docs.slack.dev/interactivity/handling-user-interaction/#message_responses: 30 minutes, 5 times).
const responseURLLife = 29 * time.Minute

// slackModal draws a form as a modal.
func slackModal(f *chat.Form, from slackFormState) slack.ModalViewRequest {
	from.State = f.State
	metadata, err := json.Marshal(from)
	if err != nil {
		panic(fmt.Sprintf("bot: packing a form's state: %v", err)) // strings and numbers always pack
	}
	v := slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain(f.Title, slackTitle), Close: plain(cmp.Or(f.Close, "Close"), slackTitle),
		CallbackID: f.Action, PrivateMetadata: string(metadata),
		Blocks: slack.Blocks{BlockSet: renderSlack(f.Parts, inView)},
	}
	versioned(v.Blocks.BlockSet, f.Version)
	if f.Submit != "" {
		v.Submit = plain(f.Submit, slackTitle)
	}
	return v
}

// versionMark stands between an input's name and its form's version in the id of its block.
const versionMark = "#"

// versioned gives the blocks of inputs ids with the form's version in them: Slack keeps what was filled in while a
// view is updated, and passes over the new initial value, as long as a block's and its element's ids stay
// (https://docs.slack.dev/reference/methods/views.update, https://github.com/slackapi/bolt-js/issues/290).
func versioned(blocks []slack.Block, version string) {
	if version == "" {
		return
	}
	for _, b := range blocks {
		if in, ok := b.(*slack.InputBlock); ok {
			in.BlockID += versionMark + version
		}
	}
}

// inputOf returns the name of the input whose block has the id.
func inputOf(blockID string) string {
	name, _, _ := strings.Cut(blockID, versionMark)
	return name
}

// atBlocks says what is wrong by the ids of a view's blocks, where it was said by the inputs' names. What is at no
// input of the view is left out.
func atBlocks(state map[string]map[string]slack.BlockAction, wrong map[string]string) map[string]string {
	at := map[string]string{}
	for id := range state {
		if why, ok := wrong[inputOf(id)]; ok {
			at[id] = why
		}
	}
	return at
}

// slackNotice draws a message as a modal, for where there is no channel to say it in.
func slackNotice(m *chat.Message, from slackFormState) slack.ModalViewRequest {
	return slackModal(noticeForm(m), from)
}

func noticeForm(m *chat.Message) *chat.Form {
	return &chat.Form{Title: "Clarion", Close: "Close", Parts: m.Parts}
}

// input draws one field. Its name is the block's and the element's id.
func (r *slackRenderer) input(in chat.Input) {
	var hint *slack.TextBlockObject
	if in.Hint != "" {
		hint = plain(in.Hint, slackLabel)
	}
	block := slack.NewInputBlock(in.Name, plain(in.Label, slackLabel), hint, slackField(in.Name, in.Field))
	block.Optional = in.Optional
	r.add(block)
}

func slackField(name string, f chat.Field) slack.BlockElement {
	switch f := f.(type) {
	case chat.TextField:
		e := slack.NewPlainTextInputBlockElement(placeholder(f.Placeholder), name)
		e.InitialValue, e.Multiline, e.MaxLength = f.Initial, f.Lines, f.Most
		return e
	case chat.AddressField:
		e := slack.NewURLTextInputBlockElement(placeholder(f.Placeholder), name)
		e.InitialValue = f.Initial
		return e
	case chat.SelectField:
		options, groups := slackOptionsOf(f.Options)
		e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, placeholder(f.Placeholder), name, options...)
		e.OptionGroups, e.InitialOption = groups, initialOption(f.Options, f.Initial)
		return e
	case chat.MultiSelectField:
		options, groups := slackOptionsOf(f.Options)
		e := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, placeholder(f.Placeholder), name, options...)
		e.OptionGroups, e.InitialOptions = groups, initialOptions(f.Options, f.Initial)
		return e
	case chat.CheckField:
		e := slack.NewCheckboxGroupsBlockElement(name, flatOptions(f.Options)...)
		e.InitialOptions = initialOptions(f.Options, f.Initial)
		return e
	case chat.RadioField:
		e := slack.NewRadioButtonsBlockElement(name, flatOptions(f.Options)...)
		e.InitialOption = initialOption(f.Options, f.Initial)
		return e
	case chat.MomentField:
		e := slack.NewDateTimePickerBlockElement(name)
		if !f.Initial.IsZero() {
			e.InitialDateTime = f.Initial.Unix()
		}
		return e
	case chat.PersonField:
		e := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, placeholder(f.Placeholder), name)
		e.InitialUser = f.Initial.ID
		return e
	}
	panic(fmt.Sprintf("bot: no way to draw a %T", f))
}

func placeholder(s string) *slack.TextBlockObject {
	if s == "" {
		return nil
	}
	return plain(s, slackPlaceholder)
}

// slackValues reads what was filled in.
func slackValues(state map[string]map[string]slack.BlockAction) chat.Values {
	values := chat.Values{}
	for id, elements := range state {
		name := inputOf(id)
		for _, e := range elements {
			v := chat.Value{Text: e.Value}
			for _, o := range e.SelectedOptions {
				v.Chosen = append(v.Chosen, o.Value)
			}
			if e.SelectedOption.Value != "" {
				v.Chosen = append(v.Chosen, e.SelectedOption.Value)
			}
			if e.SelectedDateTime != 0 {
				v.Moment = time.Unix(e.SelectedDateTime, 0)
			}
			if e.SelectedUser != "" {
				v.Person = slackPerson(e.SelectedUser, "")
			}
			if v.Text != "" || len(v.Chosen) > 0 || !v.Moment.IsZero() || !v.Person.IsZero() {
				values[name] = v
			}
		}
	}
	return values
}

// slackChannel returns the place of a Slack channel's id; an empty id is no place.
func slackChannel(id string) clarion.Channel {
	if id == "" {
		return clarion.Channel{}
	}
	return clarion.Channel{Platform: clarion.Slack, ID: id}
}
