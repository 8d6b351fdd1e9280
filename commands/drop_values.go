package commands

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// shareDays is for how many days a campaign can be shared, unless its writer says something else.
const shareDays = 14

// freshValues is what stands in the form of a new campaign.
func freshValues(now time.Time) chat.Values {
	return chat.Values{
		"networks": {Chosen: networkValues(clarion.Networks())}, "audience": {Chosen: []string{"all"}},
		"factor": {Chosen: []string{"1"}}, "ends": lastDay(now),
	}
}

func lastDay(now time.Time) chat.Value {
	return chat.Value{Moment: now.AddDate(0, 0, shareDays).Truncate(time.Hour)}
}

// valuesOf is what stands in the form of a campaign that is changed at a time. An opening that came of the drop's
// time is left out, so that it moves with it; and so is a drop's time that is over.
func valuesOf(c clarion.Campaign, drop clarion.Drop, at time.Time) chat.Values {
	values := chat.Values{
		"networks": {Chosen: networkValues(c.Networks)}, "audience": {Chosen: audienceValues(c.Audience)},
		"factor": {Chosen: []string{strconv.Itoa(max(c.WindowFactor, 1))}},
	}
	for name, text := range map[string]string{
		"title": c.Title, "text": c.Text, "target": c.Target, "image": c.Image, "hashtag": c.Hashtag, "disclosure": c.Disclosure,
		"utm": c.UTM, "after": c.After, "captions": captionsText(c.Captions),
	} {
		if text != "" {
			values[name] = chat.Value{Text: text}
		}
	}
	if c.Topic != "" && c.Ends.IsZero() {
		values["topic"] = chat.Value{Chosen: []string{string(c.Topic)}}
	}
	if c.Remind {
		values["remind"] = chat.Value{Chosen: []string{remindValue}}
	}
	if c.Approval != nil {
		values["approver"] = chat.Value{Person: approver(c.Approval)}
	}
	if drop.At.After(at) {
		values["at"] = chat.Value{Moment: drop.At}
	}
	if !c.Opens.Equal(drop.At) {
		values["opens"] = chat.Value{Moment: c.Opens}
	}
	values["public"], values["ends"] = chat.Value{Moment: c.Public}, chat.Value{Moment: c.Ends}
	return values
}

func networkValues(networks []clarion.Network) []string {
	chosen := make([]string, 0, len(networks))
	for _, n := range networks {
		chosen = append(chosen, string(n))
	}
	return chosen
}

// audienceValues writes what readAudience reads.
func audienceValues(a clarion.Audience) []string {
	if a.All {
		return []string{"all"}
	}
	var chosen []string
	for _, region := range a.Regions {
		chosen = append(chosen, "region:"+region)
	}
	for _, store := range a.Stores {
		chosen = append(chosen, "store:"+string(store))
	}
	return chosen
}

// captionsText writes what readCaptions reads.
func captionsText(captions []clarion.Caption) string {
	paragraphs := make([]string, 0, len(captions))
	for _, c := range captions {
		if c.Network != "" {
			paragraphs = append(paragraphs, c.Network.Label()+": "+c.Text)
		} else {
			paragraphs = append(paragraphs, c.Text)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// merge puts together what two people made of the same values, mine and theirs, input by input: where I changed
// nothing theirs stands, and where I did, mine. It says which inputs they changed, and which both of us did.
func merge(mine, base, theirs chat.Values, inputs []string) (merged chat.Values, changed, clashing []string) {
	merged = maps.Clone(theirs)
	for _, name := range inputs {
		was, here, there := normal(base[name]), normal(mine[name]), normal(theirs[name])
		if was != there {
			changed = append(changed, name)
		}
		if was == here {
			continue
		}
		merged[name] = mine[name]
		if was != there && here != there {
			clashing = append(clashing, name)
		}
	}
	return merged, changed, clashing
}

// normalValue is a value without what a form changes by itself.
type normalValue struct {
	text, chosen, person string
	minute               int64
}

func normal(v chat.Value) normalValue {
	n := normalValue{text: strings.TrimSpace(strings.ReplaceAll(v.Text, "\r\n", "\n")), chosen: strings.Join(slices.Sorted(slices.Values(v.Chosen)), "\n"), person: v.Person.ID}
	if !v.Moment.IsZero() {
		n.minute = v.Moment.Unix() / 60
	}
	return n
}
