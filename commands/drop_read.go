package commands

import (
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

// read makes a draft of what was filled in, or says for each input what is wrong with it.
func (d *drops) read(r Request, stores []clarion.Store) (draft, map[string]string) {
	f := r.Form
	c := clarion.Campaign{
		ID:    clarion.CampaignID(d.NewID()),
		Title: strings.TrimSpace(f.Text("title")), Text: strings.TrimSpace(f.Text("text")),
		Target: strings.TrimSpace(f.Text("target")), Image: strings.TrimSpace(f.Text("image")),
		Hashtag: readHashtag(f.Text("hashtag")), Disclosure: strings.TrimSpace(f.Text("disclosure")), UTM: strings.TrimSpace(f.Text("utm")), Captions: readCaptions(f.Text("captions")),
		Audience: readAudience(f.Chosen("audience")), Ends: f.Moment("ends"),
		CreatedBy: r.Person.Identity(), CreatedAt: r.At,
	}
	if c.Image != "" {
		c.ImageAlt = "Picture of the campaign “" + c.Title + "”"
	}
	for _, id := range f.Chosen("networks") {
		if n, err := clarion.ParseNetwork(id); err == nil {
			c.Networks = append(c.Networks, n)
		}
	}
	made := draft{Campaign: c, Now: f.Moment("at").IsZero(), Drop: clarion.Drop{ID: d.NewID(), Campaign: c.ID, At: f.Moment("at")}}
	for _, s := range c.Audience.Choose(stores) {
		made.Drop.Stores = append(made.Drop.Stores, s.ID)
	}

	wrong := map[string]string{}
	for _, e := range c.Check(r.At) {
		wrong[e.Field] = e.Reason
	}
	if !made.Now && wrong["ends"] == "" {
		switch {
		case made.Drop.At.Before(r.At.Truncate(time.Minute)):
			wrong["at"] = "This is in the past: choose a later time, or leave it empty to post as soon as you confirm."
		case !made.Drop.At.Before(c.Ends):
			wrong["at"] = "The campaign has ended by then: choose an earlier time, or let it run for longer."
		}
	}
	if wrong["audience"] == "" && len(made.Drop.Deliveries(stores)) == 0 {
		wrong["audience"] = "None of these stores has a channel yet. Type /store link in a store's channel first."
	}
	return made, wrong
}

// readHashtag puts the # in front where the person left it out.
func readHashtag(s string) string {
	if s = strings.TrimSpace(s); s == "" || strings.HasPrefix(s, "#") {
		return s
	}
	return "#" + s
}

// readCaptions takes paragraphs apart, and a network's name off the one that begins with it.
func readCaptions(s string) []clarion.Caption {
	var captions []clarion.Caption
	for _, paragraph := range paragraphs(s) {
		caption := clarion.Caption{Text: paragraph}
		if name, rest, ok := strings.Cut(paragraph, ":"); ok && strings.TrimSpace(rest) != "" {
			for _, n := range clarion.Networks() {
				if strings.EqualFold(strings.TrimSpace(name), n.Label()) || strings.EqualFold(strings.TrimSpace(name), string(n)) {
					caption = clarion.Caption{Network: n, Text: strings.TrimSpace(rest)}
				}
			}
		}
		captions = append(captions, caption)
	}
	return captions
}

func paragraphs(s string) []string {
	var out []string
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			out = append(out, strings.Join(lines, "\n"))
			lines = nil
		}
	}
	for line := range strings.Lines(strings.ReplaceAll(s, "\r\n", "\n")) {
		if line = strings.TrimSpace(line); line == "" {
			flush()
		} else {
			lines = append(lines, line)
		}
	}
	flush()
	return out
}

// readAudience reads the values of audienceOptions. All stores wins over single ones.
func readAudience(chosen []string) clarion.Audience {
	var a clarion.Audience
	for _, value := range chosen {
		kind, name, _ := strings.Cut(value, ":")
		switch kind {
		case "all":
			return clarion.Audience{All: true}
		case "region":
			a.Regions = append(a.Regions, name)
		case "store":
			a.Stores = append(a.Stores, clarion.StoreID(name))
		}
	}
	return a
}
