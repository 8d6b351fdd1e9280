package commands

import (
	"slices"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

func (d *drops) form(stores []clarion.Store, now time.Time) *chat.Form {
	networks := make([]chat.Option, 0, len(clarion.Networks()))
	chosen := make([]string, 0, len(clarion.Networks()))
	for _, n := range clarion.Networks() {
		networks = append(networks, chat.Option{Value: string(n), Label: n.Label()})
		chosen = append(chosen, string(n))
	}
	return &chat.Form{
		Action: actionDropWrite, Title: "New campaign", Submit: "Preview", Close: "Cancel",
		Parts: []chat.Part{
			chat.Input{Name: "title", Label: "Title", Field: chat.TextField{Placeholder: "Our Christmas advert", Most: clarion.MaxTitle}},
			chat.Input{Name: "text", Label: "What partners should know", Field: chat.TextField{Lines: true, Most: clarion.MaxText,
				Placeholder: "Two hours before it is on television, it is yours to share."}},
			chat.Input{Name: "target", Label: "Link", Hint: "Where a customer who follows a partner's link arrives.",
				Field: chat.AddressField{Placeholder: "https://www.example.com/christmas"}},
			chat.Input{Name: "image", Label: "Picture", Optional: true, Hint: "The address of a picture on the web.",
				Field: chat.AddressField{Placeholder: "https://www.example.com/christmas.jpg"}},
			chat.Input{Name: "hashtag", Label: "Hashtag", Hint: "It is in every caption, so that everyone can see who is speaking.",
				Field: chat.TextField{Placeholder: "#OurChristmas", Most: clarion.MaxHashtag + 1}},
			chat.Input{Name: "disclosure", Label: "Disclosure", Optional: true,
				Hint:  "What makes clear that a partner works for you. It is in every caption too, beside the hashtag. UK and US advertising rules want staff to be recognisable as such.",
				Field: chat.TextField{Placeholder: "#ad, or: I work at Harbour", Most: clarion.MaxDisclosure}},
			chat.Input{Name: "captions", Label: "Captions", Field: chat.TextField{Lines: true, Most: 3000},
				Hint: "One paragraph each, with an empty line between them. To keep one for a single network, begin it with the network's name and a colon, as in “X: …”. The disclosure, the hashtag and the partner's link are added."},
			chat.Input{Name: "networks", Label: "Networks", Field: chat.CheckField{Options: networks, Initial: chosen}},
			chat.Input{Name: "audience", Label: "Stores", Hint: "All stores, some regions, or single stores.",
				Field: chat.MultiSelectField{Options: audienceOptions(stores), Initial: []string{"all"}, Placeholder: "Choose stores"}},
			chat.Input{Name: "at", Label: "Post at", Optional: true, Hint: "Leave it empty to post as soon as you confirm.",
				Field: chat.MomentField{}},
			chat.Input{Name: "ends", Label: "Can be shared until", Hint: "Links lead on afterwards, and no longer score.",
				Field: chat.MomentField{Initial: now.AddDate(0, 0, 14).Truncate(time.Hour)}},
			chat.Input{Name: "utm", Label: "Name in web statistics", Optional: true,
				Hint:  "Links carry utm_source (the network), utm_medium, utm_content and this as utm_campaign, unless your link has its own. Leave it empty to have it made from the title.",
				Field: chat.TextField{Placeholder: "our-christmas-advert", Most: clarion.MaxUTM}},
		},
	}
}

// audienceOptions offers all stores, each region, and each store.
func audienceOptions(stores []clarion.Store) []chat.Option {
	options := []chat.Option{{Value: "all", Label: "All " + chat.Count(len(stores), "store"), Group: "Everyone"}}
	var regions []string
	for _, s := range stores {
		if s.Region != "" && !slices.Contains(regions, s.Region) {
			regions = append(regions, s.Region)
		}
	}
	slices.Sort(regions)
	for _, region := range regions {
		options = append(options, chat.Option{Value: "region:" + region, Label: region, Group: "Regions"})
	}
	return append(options, storeOptions(stores, "store:")...)
}

// storeOptions offers each store, in groups of the same region when there are regions.
func storeOptions(stores []clarion.Store, prefix string) []chat.Option {
	options := make([]chat.Option, 0, len(stores))
	for _, s := range stores {
		group := "Stores"
		if s.Region != "" {
			group = "Stores: " + s.Region
		}
		options = append(options, chat.Option{Value: prefix + string(s.ID), Label: s.Name, Group: group})
	}
	slices.SortStableFunc(options, func(a, b chat.Option) int { return strings.Compare(a.Group, b.Group) })
	return options
}
