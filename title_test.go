package clarion

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestATitleBelongsToOneCampaignThatIsNotOver(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	running, over := now.Add(time.Hour), now
	for name, c := range map[string]struct {
		other Campaign
		want  string
	}{
		"another title":            {Campaign{ID: "b", Title: "Autumn", Ends: running}, "Spring"},
		"itself":                   {Campaign{ID: "a", Title: "Spring", Ends: running}, "Spring"},
		"running":                  {Campaign{ID: "b", Title: "Spring", Ends: running}, "Spring (2)"},
		"other case and spaces":    {Campaign{ID: "b", Title: " sPRing ", Ends: running}, "Spring (2)"},
		"waiting in a topic":       {Campaign{ID: "b", Title: "Spring", Topic: "t"}, "Spring (2)"},
		"taken back":               {Campaign{ID: "b", Title: "Spring", Ends: running, Recall: &Recall{}}, "Spring (2)"},
		"waiting for somebody":     {Campaign{ID: "b", Title: "Spring", Ends: running, Approval: &Approval{State: Asked}}, "Spring (2)"},
		"over":                     {Campaign{ID: "b", Title: "Spring", Ends: over}, "Spring"},
		"cancelled":                {Campaign{ID: "b", Title: "Spring", Ends: running, Cancelled: now}, "Spring"},
		"cancelled while in queue": {Campaign{ID: "b", Title: "Spring", Topic: "t", Cancelled: now}, "Spring"},
	} {
		if got := (Campaign{ID: "a", Title: "Spring"}).Distinct([]Campaign{c.other}, now).Title; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for _, title := range []string{"Spring", strings.Repeat("lamp ", 24), strings.Repeat("x", MaxTitle), strings.Repeat("👩‍👩‍👧‍👦", 17)} {
		var live []Campaign
		for i := range 12 {
			c := Campaign{ID: CampaignID(fmt.Sprint(i)), Title: title, Topic: "t"}.Distinct(live, now)
			if _, taken := c.Namesake(live, now); taken || utf8.RuneCountInString(c.Title) > MaxTitle || !utf8.ValidString(c.Title) {
				t.Errorf("%d: %q", i, c.Title)
			}
			live = append(live, c)
		}
		if last := live[11].Title; !strings.HasSuffix(last, " (12)") {
			t.Errorf("the twelfth is %q", last)
		}
	}
}
