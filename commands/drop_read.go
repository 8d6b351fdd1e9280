package commands

import (
	"slices"
	"strconv"
	"strings"

	clarion "github.com/clarion-bot/clarion"
)

// read makes a draft of what was filled in: the campaign of before, with everything that the form offers.
func (d *drops) read(r Request, before plan, stores []clarion.Store) draft {
	form := dropForm{phase: before.phase(r.At), queued: before.queued()}
	made := draft{Campaign: before.campaign, Drop: before.drop, Phase: form.phase}
	c, f := &made.Campaign, r.Form
	c.Title, c.Text = strings.TrimSpace(f.Text("title")), strings.TrimSpace(f.Text("text"))
	c.Target, c.Image, c.After = strings.TrimSpace(f.Text("target")), strings.TrimSpace(f.Text("image")), strings.TrimSpace(f.Text("after"))
	c.Hashtag, c.Disclosure = readHashtag(f.Text("hashtag")), strings.TrimSpace(f.Text("disclosure"))
	c.Captions, c.Audience, c.Networks = readCaptions(f.Text("captions")), readAudience(f.Chosen("audience")), readNetworks(f.Chosen("networks"))
	c.Remind = slices.Contains(f.Chosen("remind"), remindValue)
	c.ImageAlt = ""
	if c.Image != "" {
		c.ImageAlt = clarion.PictureAlt(c.Title)
	}
	c.UTM = strings.TrimSpace(f.Text("utm"))
	if slug := clarion.Slug(before.campaign.Title); c.UTM == "" && form.phase != unposted && slug != clarion.Slug(c.Title) {
		c.UTM = slug // what is counted under a name stays under it
	}
	if made.Drop.ID == "" && !form.queued {
		made.Drop.ID, made.Drop.Campaign = d.NewID(), c.ID
	}
	if form.offers("at") {
		made.Drop.At = f.Moment("at")
		made.Now = made.Drop.At.IsZero()
	}
	if form.offers("opens") {
		c.Opens, c.Public = f.Moment("opens"), f.Moment("public")
		switch {
		case !c.Opens.IsZero():
		case form.phase == teased:
			c.Opens = r.At
		default:
			c.Opens = made.Drop.At
		}
		c.WindowFactor = readFactor(f.Text("factor"))
	}
	if form.offers("ends") {
		c.Ends = f.Moment("ends")
	}
	if form.offers("approver") {
		c.Approval = readApprover(f.Person("approver")) // of whatever was changed, somebody is asked anew
	}
	made.Drop.Stores = made.storesOf(stores)
	return made
}

// storesOf returns the stores that the draft is for, of those that there are. Those that have a post keep it.
func (made draft) storesOf(stores []clarion.Store) []clarion.StoreID {
	var ids []clarion.StoreID
	if made.Phase != unposted {
		ids = slices.Clone(made.Drop.Stores)
	}
	for _, s := range made.Campaign.Audience.Choose(stores) {
		if !slices.Contains(ids, s.ID) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// readFactor reads how many times a share counts; once is 0, as where nothing is said.
func readFactor(s string) int {
	if n, err := strconv.Atoi(s); err == nil && n > 1 {
		return n
	}
	return 0
}

func readNetworks(chosen []string) []clarion.Network {
	var networks []clarion.Network
	for _, n := range clarion.Networks() { // in their own order
		if slices.Contains(chosen, string(n)) {
			networks = append(networks, n)
		}
	}
	return networks
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
