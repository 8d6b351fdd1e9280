package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

func TestImportingConversionsTwiceCountsThemOnce(t *testing.T) {
	server, url := redisFor(t)
	e := env(url, "CLARION_TIMEZONE=UTC")
	mustSay(t, call(t, e, "import", "stores", fileWith(t, "stores.csv", storesFile)), "import: stores=2 created=2 changed=0 unchanged=0")
	mustSay(t, call(t, e, "import", "partners", fileWith(t, "partners.csv", partnersFile)), "import: partners=3 created=3 changed=0 unchanged=0")
	w := workspaceOf(t, url)
	amira, err := w.PartnerOf(t.Context(), clarion.EmailIdentity("amira@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.PutCampaign(t.Context(), clarion.Campaign{ID: "xmas", Ends: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	_, links, err := w.Share(t.Context(), "xmas", amira.ID, []clarion.Network{clarion.X})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.PutRules(t.Context(), clarion.Rules{For: map[clarion.Reason]clarion.Rule{clarion.ConversionReason: {Points: 7}}}); err != nil {
		t.Fatal(err)
	}
	today := clarion.DayOf(time.Now(), time.UTC)
	file := func(count int) string {
		return fileWith(t, "conversions.csv", fmt.Sprintf("day,store,id,count,code\n%s,kingston,A-1,,%s\n%s,oxford,A-2,,\n%s,oxford,,%d,\n", today, links[0].Code, today, today, count))
	}
	sums := func(count, oxford, points int) {
		t.Helper()
		campaign, err := w.CampaignConversions(t.Context(), "xmas")
		if err != nil || campaign["appointment"].Partners.Count != count {
			t.Errorf("the campaign has %+v, %v, want %d", campaign, err, count)
		}
		stores, err := w.StoreConversions(t.Context(), clarion.WeekOf(time.Now(), time.UTC), time.UTC)
		if err != nil || stores["oxford"]["appointment"].Count != oxford {
			t.Errorf("the stores have %+v, %v, want %d in oxford", stores, err, oxford)
		}
		ledger, err := w.Ledger(t.Context(), amira.ID, 10)
		if err != nil || len(ledger) != count || count > 0 && ledger[0].Points != points {
			t.Errorf("the ledger is %+v, %v", ledger, err)
		}
	}

	before := keys(server)
	mustSay(t, call(t, e, "import", "-n", "conversions", file(12)), "import: conversions=3 created=3 changed=0 unchanged=0")
	if keys(server) != before {
		t.Error("the dry run stored something")
	}
	sums(0, 0, 0)
	mustSay(t, call(t, e, "import", "conversions", file(12)), "import: conversions=3 created=3 changed=0 unchanged=0")
	sums(1, 12, 7) // by the rules that the bot has stored
	before = keys(server)
	mustSay(t, call(t, e, "import", "conversions", file(12)), "import: conversions=3 created=0 changed=0 unchanged=3")
	mustSay(t, call(t, e, "import", "-n", "conversions", file(9)), "import: conversions=3 created=0 changed=1 unchanged=2")
	if after := withoutCommits(keys(server)); after != withoutCommits(before) {
		t.Errorf("the second time changed something:\n%s", after)
	}
	mustSay(t, call(t, e, "import", "conversions", file(9)), "import: conversions=3 created=0 changed=1 unchanged=2")
	sums(1, 9, 7)
	mustSay(t, call(t, e, "verify"), "verify: awards=1 boards=9 differences=0")
}

// withoutCommits leaves out what a process notes of its last commit.
func withoutCommits(dump string) string {
	var kept []string
	for _, block := range strings.Split(dump, "\n- ") {
		if !strings.HasPrefix(block, "commit:") {
			kept = append(kept, block)
		}
	}
	return strings.Join(kept, "\n- ")
}

func TestAFileOfConversionsWithAProblemStoresNothing(t *testing.T) {
	server, url := redisFor(t)
	e := env(url)
	mustSay(t, call(t, e, "import", "stores", fileWith(t, "stores.csv", storesFile)), "import: stores=2 created=2 changed=0 unchanged=0")
	before := keys(server)
	today := clarion.DayOf(time.Now(), time.UTC)
	for content, want := range map[string]string{
		"kingston,A-1,\nyork,A-2,\n":             `bad.csv: line 3: store: There is no store "york": import the stores first, or correct the id.`,
		"kingston,A-1,\n,A-2,0123456789abcdef\n": "bad.csv: line 3: click: There is no share link of this click or code: check that it is whole, or leave it empty.",
	} {
		content = "day,store,id,code\n" + today + "," + strings.ReplaceAll(strings.TrimSuffix(content, "\n"), "\n", "\n"+today+",") + "\n"
		c := call(t, e, "import", "conversions", fileWith(t, "bad.csv", content))
		if errorText(c.err) != "nothing was stored, because of 1 problem in bad.csv" || strings.TrimSpace(c.errOut) != want {
			t.Errorf("%v\n%s\nwant\n%s", c.err, c.errOut, want)
		}
	}
	if after := keys(server); after != before {
		t.Errorf("something was stored:\n%s", after)
	}
}
