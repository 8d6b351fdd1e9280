package clarion

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// CampaignID names a campaign: a UUID of version 7, so that ids sort by the time they were made.
type CampaignID string

// A Campaign is a named piece of marketing that partners can share.
type Campaign struct {
	ID       CampaignID `json:"id"`
	Title    string     `json:"title"`
	Text     string     `json:"text"`
	Target   string     `json:"target"`          // the http(s) address that share links lead to
	Image    string     `json:"image,omitempty"` // the https address of a picture
	ImageAlt string     `json:"image_alt,omitempty"`
	Hashtag  string     `json:"hashtag"` // with its "#"
	// Disclosure is what makes staff recognisable as such, beside the hashtag: "I work here", "#ad". It stands in
	// every caption. See the guides of the UK's CMA
	// (https://www.gov.uk/government/publications/social-media-endorsements-guide-for-influencers) and of the US FTC
	// (https://www.ftc.gov/business-guidance/resources/ftcs-endorsement-guides).
	Disclosure string `json:"disclosure,omitempty"`
	// UTM is the campaign's name in the company's web statistics (utm_campaign); empty: made from the title.
	UTM      string    `json:"utm,omitempty"`
	Captions []Caption `json:"captions"`
	Networks []Network `json:"networks"`
	Audience Audience  `json:"audience"`
	// Opens is the end of the embargo: before it nothing of the campaign can be shared, by anybody. Zero: it is
	// open from the start.
	Opens time.Time `json:"opens,omitzero"`
	// Public is the end of the launch window, which begins at Opens and in which partners have the campaign to
	// themselves. Zero: there is no window.
	Public time.Time `json:"public,omitzero"`
	// WindowFactor is how many times its points a share counts inside of the launch window. 0 and 1: as always.
	WindowFactor int       `json:"window_factor,omitempty"`
	Ends         time.Time `json:"ends"` // from then on nothing of it can be shared and no click scores
	// After is where links lead once the campaign has ended. Empty: to the target, as before.
	After     string    `json:"after,omitempty"`
	Remind    bool      `json:"remind,omitempty"` // stores whose partners have not all shared are reminded
	Topic     TopicID   `json:"topic,omitempty"`  // the queue that it came from; empty: it was planned by itself
	Approval  *Approval `json:"approval,omitempty"`
	Recall    *Recall   `json:"recall,omitempty"`     // set while it is taken back
	Cancelled time.Time `json:"cancelled,omitzero"`   // when it was given up before anything of it was posted
	Revision  int       `json:"revision,omitempty"`   // how often it was changed since it was planned
	RevisedBy Identity  `json:"revised_by,omitempty"` // who changed it last; empty: nobody did, or nobody in person
	RevisedAt time.Time `json:"revised_at,omitzero"`
	CreatedBy Identity  `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
}

// Revised returns the campaign as somebody begins to change it: one revision further, in that person's name.
func (c Campaign) Revised(by Identity, at time.Time) Campaign {
	c.Revision++
	c.RevisedBy, c.RevisedAt = by, at
	return c
}

// A Caption is a text that a partner can post, for one network or, with an empty network, for all.
type Caption struct {
	Network Network `json:"network,omitempty"`
	Text    string  `json:"text"`
}

// An Audience says which stores a campaign is for: all, those of some regions, or chosen ones.
type Audience struct {
	All     bool      `json:"all,omitempty"`
	Regions []string  `json:"regions,omitempty"`
	Stores  []StoreID `json:"stores,omitempty"`
}

// Includes says whether the audience has the store in it.
func (a Audience) Includes(s Store) bool {
	return a.All || slices.Contains(a.Stores, s.ID) || (s.Region != "" && slices.Contains(a.Regions, s.Region))
}

// Choose returns those of the stores that the audience has in it, in the given order.
func (a Audience) Choose(stores []Store) []Store {
	var chosen []Store
	for _, s := range stores {
		if a.Includes(s) {
			chosen = append(chosen, s)
		}
	}
	return chosen
}

// PlainNetwork returns the network whose link stands in captions for all: the bare link where the campaign
// has it, else the first network.
func (c Campaign) PlainNetwork() Network {
	if slices.Contains(c.Networks, Copy) || len(c.Networks) == 0 {
		return Copy
	}
	return c.Networks[0]
}

// The greatest lengths, in code points, that fit every platform's messages and forms with a margin.
const (
	MaxTitle      = 120
	MaxText       = 2000
	MaxCaption    = 800
	MaxHashtag    = 60
	MaxDisclosure = 60
	MaxAddress    = 2000
	MaxCaptions   = 10
)

// Check returns what is wrong with the campaign, one entry for each field, in words for the person who
// filled in the form. The field names are those of the drop form.
func (c Campaign) Check(now time.Time) []*InvalidError {
	var wrong []*InvalidError
	add := func(e *InvalidError) {
		if e != nil {
			wrong = append(wrong, e)
		}
	}
	add(checkLength("title", "title", c.Title, 1, MaxTitle))
	add(checkLength("text", "text", c.Text, 1, MaxText))
	add(checkAddress("target", c.Target, "http", "https"))
	if c.Image != "" {
		add(checkAddress("image", c.Image, "http", "https"))
	}
	add(checkHashtag(c.Hashtag))
	add(checkDisclosure(c.Disclosure))
	add(checkUTM(c.UTM))
	add(c.checkCaptions())
	if len(c.Networks) == 0 {
		add(Invalid("networks", "Choose at least one network."))
	}
	if c.Audience.All == (len(c.Audience.Regions)+len(c.Audience.Stores) > 0) {
		add(Invalid("audience", "Choose all stores, or some regions or stores."))
	}
	if c.After != "" {
		add(checkAddress("after", c.After, "http", "https"))
	}
	return append(wrong, c.checkTimes(now)...)
}

func (c Campaign) checkCaptions() *InvalidError {
	switch {
	case len(c.Captions) == 0:
		return Invalid("captions", "Write at least one caption.")
	case len(c.Captions) > MaxCaptions:
		return Invalid("captions", "These are %d captions: keep the best %d.", len(c.Captions), MaxCaptions)
	}
	for i, caption := range c.Captions {
		if n := utf8.RuneCountInString(caption.Text); n > MaxCaption {
			return Invalid("captions", "Caption %d has %d characters: shorten it to %d.", i+1, n, MaxCaption)
		}
	}
	for _, network := range c.Networks {
		if !slices.ContainsFunc(c.Captions, func(caption Caption) bool { return caption.Network == network || caption.Network == "" }) {
			return Invalid("captions", "There is no caption for %s: write one for it or one for all.", network.Label())
		}
	}
	return nil
}

func checkLength(field, noun, s string, least, most int) *InvalidError {
	switch n := utf8.RuneCountInString(strings.TrimSpace(s)); {
	case n < least:
		return Invalid(field, "Write a %s.", noun)
	case n > most:
		return Invalid(field, "The %s has %d characters: shorten it to %d.", noun, n, most)
	}
	return nil
}

func checkAddress(field, s string, schemes ...string) *InvalidError {
	u, err := url.Parse(s)
	switch {
	case s == "":
		return Invalid(field, "Paste an address that begins with https://.")
	case utf8.RuneCountInString(s) > MaxAddress:
		return Invalid(field, "The address is longer than %d characters: use a shorter one.", MaxAddress)
	case err != nil || !slices.Contains(schemes, u.Scheme) || u.Hostname() == "":
		return Invalid(field, "This is not a web address: paste one that begins with https://.")
	case u.User != nil:
		return Invalid(field, "The address has a user name in it: paste it without one.")
	case hasParameter(u.RawQuery, ClickParameter):
		return Invalid(field, "The address has %s in it, so it was copied from a visit: paste it without what begins there.", ClickParameter)
	}
	return nil
}

// CheckPage says what is wrong with the address of a page that links are to lead to, in words for the person who
// filled it into a field.
func CheckPage(field, address string) *InvalidError {
	return checkAddress(field, address, "http", "https")
}

func checkHashtag(s string) *InvalidError {
	body, ok := strings.CutPrefix(s, "#")
	switch {
	case !ok || body == "":
		return Invalid("hashtag", "Write one hashtag, such as #OurChristmas.")
	case utf8.RuneCountInString(body) > MaxHashtag:
		return Invalid("hashtag", "The hashtag is longer than %d characters: shorten it.", MaxHashtag)
	case strings.ContainsFunc(body, func(r rune) bool { return !isHashtagRune(r) }):
		return Invalid("hashtag", "A hashtag has letters, digits and _ only: write it without spaces or other signs.")
	}
	return nil
}

func checkDisclosure(s string) *InvalidError {
	switch {
	case utf8.RuneCountInString(s) > MaxDisclosure:
		return Invalid("disclosure", "The disclosure has %d characters: shorten it to %d.", utf8.RuneCountInString(s), MaxDisclosure)
	case strings.ContainsAny(s, "\r\n"):
		return Invalid("disclosure", "Write the disclosure on one line.")
	}
	return nil
}

func checkUTM(s string) *InvalidError {
	switch {
	case utf8.RuneCountInString(s) > MaxUTM:
		return Invalid("utm", "The name has %d characters: shorten it to %d.", utf8.RuneCountInString(s), MaxUTM)
	case strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
	}):
		return Invalid("utm", "Use letters, digits, hyphens, dots and underscores only, as in christmas-2026.")
	}
	return nil
}
