package clarion

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// SameTitle says whether two titles are one to people: whatever their case and spaces.
func SameTitle(a, b string) bool { return strings.EqualFold(oneLine(a), oneLine(b)) }

// Namesake returns the first of the campaigns that is another one with the same title and is not over at a time. A
// title is free again once its campaign is over.
func (c Campaign) Namesake(campaigns []Campaign, at time.Time) (Campaign, bool) {
	for _, other := range campaigns {
		if other.ID != c.ID && !other.Finished(at) && SameTitle(other.Title, c.Title) {
			return other, true
		}
	}
	return Campaign{}, false
}

// Distinct returns the campaign with a title that none of the others has that is not over at a time: its own, or that
// with the first number behind it that is free, as in "Offers of the week (2)".
func (c Campaign) Distinct(campaigns []Campaign, at time.Time) Campaign {
	title := c.Title
	for n := 2; ; n++ {
		if _, taken := c.Namesake(campaigns, at); !taken {
			return c
		}
		suffix := fmt.Sprintf(" (%d)", n)
		c.Title = clip(title, MaxTitle-utf8.RuneCountInString(suffix)) + suffix
	}
}
