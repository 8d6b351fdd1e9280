package roster

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	clarion "github.com/clarion-bot/clarion"
)

const storesHeader = "id,name,region,channel,headcount\n"

func stores(t *testing.T, file string) []clarion.Store {
	t.Helper()
	lines, wrong := ReadStores(strings.NewReader(file))
	if len(wrong) > 0 {
		t.Fatalf("problems: %v", wrong)
	}
	list, wrong := Resolve(lines, map[string]string{"kingston": "C0KINGSTON", "oxford": "C000OXFORD"})
	if len(wrong) > 0 {
		t.Fatalf("problems: %v", wrong)
	}
	return list
}

func TestSpreadsheetsFormsOfAFileAreTheSame(t *testing.T) {
	want := stores(t, storesHeader+"kingston,\"Kingston, upon Thames\",London,C0KINGSTON,500\n")
	if got, want := fmt.Sprint(want), "[{kingston Kingston, upon Thames London 500 [slack:C0KINGSTON]}]"; got != want {
		t.Fatalf("read %s, want %s", got, want)
	}
	for name, file := range map[string]string{
		"CRLF and a byte order mark":   "\ufeffid,name,region,channel,headcount\r\nkingston,\"Kingston, upon Thames\",London,C0KINGSTON,500\r\n",
		"semicolons":                   "id;name;region;channel;headcount\nkingston;Kingston, upon Thames;London;C0KINGSTON;500\n",
		"tabs":                         "id\tname\tregion\tchannel\theadcount\nkingston\tKingston, upon Thames\tLondon\tC0KINGSTON\t500\n",
		"Excel's first line":           "sep=;\r\nid;name;region;channel;headcount\r\nkingston;Kingston, upon Thames;London;C0KINGSTON;500\r\n",
		"another order and case":       "Headcount,CHANNEL, Name ,id,region\n500,C0KINGSTON,\"Kingston, upon Thames\",kingston,London\n",
		"space, and an id's case":      storesHeader + " Kingston ,\"Kingston, upon Thames\"," + " London,C0KINGSTON , 500\n",
		"empty lines":                  storesHeader + "\n,,,,\nkingston,\"Kingston, upon Thames\",London,C0KINGSTON,500\n\n ,,,,\n",
		"no newline at the end":        storesHeader + "kingston,\"Kingston, upon Thames\",London,C0KINGSTON,500",
		"a channel's name":             storesHeader + "kingston,\"Kingston, upon Thames\",London,kingston,500\n",
		"a channel's name with a hash": storesHeader + "kingston,\"Kingston, upon Thames\",London,#Kingston,500\n",
	} {
		t.Run(name, func(t *testing.T) {
			if got := stores(t, file); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("read %v, want %v", got, want)
			}
		})
	}
}

func TestEverythingWrongWithAFileOfStoresIsListedWithItsLine(t *testing.T) {
	long := strings.Repeat("ü", 71)
	tests := map[string]struct {
		file string
		want []string // what the problems begin with
	}{
		"empty":                         {"", []string{"The file is empty: the first line has names of columns, of which there can be id,name,region,channel,teams_channel,headcount."}},
		"no stores":                     {storesHeader, nil},
		"another header":                {"id,name,area,channel,channel\n", []string{`line 1: "area" is not a column`, "line 1: channel: The column is there twice", "line 1: region: The column is missing", "line 1: headcount: The column is missing"}},
		"UTF-16":                        {"\xff\xfei\x00d\x00", []string{"The file is no CSV in UTF-8"}},
		"Latin-1":                       {storesHeader + "a,Caf\xe9,,,\n", []string{"line 2: name: The text is not in UTF-8"}},
		"too many fields":               {storesHeader + "a,Jones, Peter,,,\nb,B,,,\n", []string{"line 2: The line has 6 fields instead of 5"}},
		"too few fields":                {storesHeader + "a,A\nb,B,,,\nc\n", []string{"line 2: The line has 2 fields instead of 5", "line 4: The line has 1 fields instead of 5"}},
		"bad ids":                       {storesHeader + "St Ives,A,,,\n-a,B,,,\n,C,,,\n", []string{`line 2: id: "St Ives" cannot be a store's id`, `line 3: id: "-a" cannot`, `line 4: id: "" cannot`}},
		"an id twice":                   {storesHeader + "a,A,,,\nb,B,,,\nA,C,,,\n", []string{"line 4: id: The store a is on line 2 already"}},
		"empty name":                    {storesHeader + "a, ,,,\n", []string{"line 2: name: The name is empty"}},
		"long names":                    {storesHeader + "a," + long + "," + long + ",,\n", []string{"line 2: name: The name has 71 characters: shorten it to 70", "line 2: region: The name has 71 characters"}},
		"headcounts":                    {storesHeader + "a,A,,,many\nb,B,,,-1\nc,C,,,1.5\nd,D,,,\"1,200\"\n", []string{`line 2: headcount: "many" is not a number`, `line 3: headcount: "-1"`, `line 4: headcount: "1.5"`, `line 5: headcount: "1,200"`}},
		"bad channels":                  {storesHeader + "a,A,,king ston,\nb,B,,https://x.slack.com/archives/C1,\n", []string{`line 2: channel: "king ston" is not a channel`, `line 3: channel: "https://x.slack.com/archives/C1" is not`}},
		"a channel twice":               {storesHeader + "a,A,,C0KINGSTON,\nb,B,,C0KINGSTON,\nc,C,,kingston,\nd,D,,#kingston,\n", []string{"line 3: channel: The channel C0KINGSTON is that of line 2 already", "line 5: channel: The channel #kingston is that of line 4 already"}},
		"a line break within":           {storesHeader + "\"a\",\"A\nA\",,,\nb,,,,\n", []string{"line 2: name: There is a line break", "line 4: name: The name is empty"}},
		"a quote within":                {storesHeader + "a,12\" screen,,,\nb,,,,\n", []string{"line 2: A quotation mark stands where none can be", "line 3: name: The name is empty"}},
		"an open quote":                 {storesHeader + "a,\"A,,,\nb,B,,,\n", []string{"line 2: A quotation mark is not closed before line"}},
		"after a first line of Excel's": {"sep=,\n" + storesHeader + "a,,,,\n", []string{"line 3: name: The name is empty"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, wrong := ReadStores(strings.NewReader(test.file))
			same(t, wrong, test.want)
		})
	}
}

func same(t *testing.T, got []Problem, want []string) {
	t.Helper()
	ok := len(got) == len(want)
	for i := 0; ok && i < len(got); i++ {
		ok = strings.HasPrefix(got[i].String(), want[i])
	}
	if !ok {
		t.Errorf("the problems are\n%v\nwant those that begin with\n%s", got, strings.Join(want, "\n"))
	}
}

func TestNamesOfChannelsThatDoNotResolveAreProblemsOnTheirLine(t *testing.T) {
	lines, wrong := ReadStores(strings.NewReader(storesHeader + "a,A,,kingston,\nb,B,,#nowhere,\nc,C,,,\nd,D,,C0KINGSTON,\n"))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	if got, want := ChannelNames(lines), []string{"kingston", "nowhere"}; !slices.Equal(got, want) {
		t.Errorf("asks for %q, want %q", got, want)
	}
	_, wrong = Resolve(lines, map[string]string{"kingston": "C0KINGSTON"})
	same(t, wrong, []string{"line 3: channel: Slack shows the bot no channel #nowhere", "line 5: channel: The channel C0KINGSTON is that of line 2 already"})
}

func slackChannel(id string) clarion.Channel {
	return clarion.Channel{Platform: clarion.Slack, ID: id}
}

func TestMergingStoresKeepsWhatTheFileDoesNotSay(t *testing.T) {
	teams := clarion.Channel{Platform: clarion.Teams, ID: "19:x"}
	store := func(id clarion.StoreID, channels ...clarion.Channel) clarion.Store {
		return clarion.Store{ID: id, Name: string(id), Channels: channels}
	}
	tests := map[string]struct {
		file, known, put []clarion.Store
		created, changed int
	}{
		"new":                           {[]clarion.Store{store("a", slackChannel("C1"))}, nil, []clarion.Store{store("a", slackChannel("C1"))}, 1, 0},
		"the same":                      {[]clarion.Store{store("a", slackChannel("C1"))}, []clarion.Store{store("a", slackChannel("C1"))}, nil, 0, 0},
		"a channel that was linked":     {[]clarion.Store{store("a")}, []clarion.Store{store("a", slackChannel("C1"))}, nil, 0, 0},
		"another platform's channel":    {[]clarion.Store{store("a", slackChannel("C2"))}, []clarion.Store{store("a", slackChannel("C1"), teams)}, []clarion.Store{store("a", teams, slackChannel("C2"))}, 0, 1},
		"a channel that changes owners": {[]clarion.Store{store("a", slackChannel("C2")), store("b")}, []clarion.Store{store("a"), store("b", slackChannel("C2"))}, []clarion.Store{store("a", slackChannel("C2")), store("b")}, 0, 2},
		"channels that are swapped": {
			[]clarion.Store{store("a", slackChannel("C2")), store("b", slackChannel("C1"))},
			[]clarion.Store{store("a", slackChannel("C1")), store("b", slackChannel("C2"))},
			[]clarion.Store{store("a", slackChannel("C2")), store("b", slackChannel("C1"))}, 0, 2,
		},
		"a store that is not in the file": {nil, []clarion.Store{store("a")}, nil, 0, 0},
		"a new name":                      {[]clarion.Store{{ID: "a", Name: "A"}}, []clarion.Store{store("a")}, []clarion.Store{{ID: "a", Name: "A"}}, 0, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			put, created, changed := Merge(test.file, test.known)
			if fmt.Sprint(put) != fmt.Sprint(test.put) || created != test.created || changed != test.changed {
				t.Errorf("puts %v (%d created, %d changed), want %v (%d, %d)", put, created, changed, test.put, test.created, test.changed)
			}
		})
	}
}

const partnersHeader = "slack_id,email,name,store\n"

func members(file string) ([]clarion.Member, []Problem) {
	n := 0
	return ReadPartners(strings.NewReader(file), []clarion.Store{{ID: "kingston"}, {ID: "oxford"}}, func() string {
		n++
		return fmt.Sprintf("id%d", n)
	})
}

func TestAPartnerIsKnownBySlackIdAndEmailAddress(t *testing.T) {
	got, wrong := members(partnersHeader + "U012AB3CD,Amira@Example.com,Amira Khan,Kingston\n,ben@example.com,Ben,oxford\nW012AB3CE,,Zoë,oxford\n")
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	want := []clarion.Member{
		{Partner: clarion.Partner{ID: "id1", Name: "Amira Khan", Email: "Amira@Example.com", Store: "kingston"}, Identities: []clarion.Identity{"slack:U012AB3CD", "email:amira@example.com"}},
		{Partner: clarion.Partner{ID: "id2", Name: "Ben", Email: "ben@example.com", Store: "oxford"}, Identities: []clarion.Identity{"email:ben@example.com"}},
		{Partner: clarion.Partner{ID: "id3", Name: "Zoë", Store: "oxford"}, Identities: []clarion.Identity{"slack:W012AB3CE"}},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("read %v, want %v", got, want)
	}
}

func TestEverythingWrongWithAFileOfPartnersIsListedWithItsLine(t *testing.T) {
	tests := map[string]struct {
		rows string
		want []string
	}{
		"neither id nor address": {",,Amira,kingston\n", []string{"line 2: All of slack_id, teams_id and email are empty"}},
		"a handle for an id":     {"@amira,,Amira,kingston\n", []string{`line 2: slack_id: "@amira" is not a Slack user's id`}},
		"a channel for an id":    {"C012AB3CD,,Amira,kingston\n", []string{`line 2: slack_id: "C012AB3CD" is not`}},
		"bad addresses":          {",amira,A,kingston\n,a@b,B,kingston\n,Amira <a@example.com>,C,kingston\n", []string{`line 2: email: "amira" is not an e-mail address`, `line 3: email: "a@b" is not`, `line 4: email: "Amira <a@example.com>" is not`}},
		"an unknown store":       {"U012AB3CD,,Amira,york\n", []string{`line 2: store: There is no store "york": import the stores first`}},
		"no store, no name":      {"U012AB3CD,,,\n", []string{"line 2: name: The name is empty", "line 2: store: The store is empty"}},
		"a partner twice":        {"U012AB3CD,a@example.com,A,kingston\nU012AB3CD,,B,kingston\n,A@EXAMPLE.com,C,oxford\n", []string{"line 3: slack_id: The same partner is on line 2 already", "line 4: email: The same partner is on line 2 already"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, wrong := members(partnersHeader + test.rows)
			same(t, wrong, test.want)
		})
	}
}

func FuzzReadingNeverPanicsAndNamesNoLineThatIsNotThere(f *testing.F) {
	f.Add(storesHeader + "a,A,,C0KINGSTON,1\n")
	f.Add("sep=;\r\n\ufeffid;name\n\"")
	f.Add(partnersHeader + "U012AB3CD,a@example.com,\"A\nB\",kingston\n")
	f.Fuzz(func(t *testing.T, file string) {
		_, a := ReadStores(strings.NewReader(file))
		_, b := members(file)
		last := strings.Count(file, "\n") + 1
		for _, p := range append(a, b...) {
			if p.Line < 0 || p.Line > last || p.Text == "" {
				t.Errorf("a file of %d lines has the problem %q", last, p)
			}
		}
	})
}

func TestAFileForBothPlatforms(t *testing.T) {
	const amira = "8D9C0F5B-6cd0-4a2f-9e21-1b2c3d4e5f60"
	read := func(file string) ([]clarion.Member, []Problem) {
		return ReadPartners(strings.NewReader(file), []clarion.Store{{ID: "kingston"}}, func() string { return "id" })
	}
	got, wrong := read("slack_id,teams_id,email,name,store\nU012AB3CD," + amira + ",amira@example.com,Amira,kingston\n,8d9c0f5b-6cd0-4a2f-9e21-1b2c3d4e5f61,,Ben,kingston\n")
	if len(wrong) > 0 || fmt.Sprint(got[0].Identities) != "[slack:U012AB3CD teams:8d9c0f5b-6cd0-4a2f-9e21-1b2c3d4e5f60 email:amira@example.com]" ||
		fmt.Sprint(got[1].Identities) != "[teams:8d9c0f5b-6cd0-4a2f-9e21-1b2c3d4e5f61]" {
		t.Errorf("%v %v", got, wrong)
	}
	for _, header := range []string{"teams_id,name,store\n" + amira + ",Amira,kingston\n", "name,email,store\nAmira,amira@example.com,kingston\n"} {
		if got, wrong := read(header); len(wrong) > 0 || len(got) != 1 {
			t.Errorf("%q: %v %v", header, got, wrong)
		}
	}
	_, wrong = read("teams_id,name,store\namira@example.com,A,kingston\n" + amira + ",B,kingston\n" + strings.ToLower(amira) + ",C,kingston\n")
	same(t, wrong, []string{`line 2: teams_id: "amira@example.com" is not a Teams user's id`, "line 4: teams_id: The same partner is on line 3 already"})
	_, wrong = read("name,store\nA,kingston\n")
	same(t, wrong, []string{"line 1: slack_id or teams_id or email: The column is missing"})

	lines, wrong := ReadStores(strings.NewReader("id,name,region,channel,teams_channel,headcount\n" +
		"a,A,,#kingston,19:k@thread.tacv2,1\nb,B,,C024BE91L,https://teams.microsoft.com/l/channel/19%3Ab%40thread.tacv2/B?groupId=g,\nc,C,,,,\n"))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	stores, wrong := Resolve(lines, map[string]string{"kingston": "C0KINGSTON"})
	if len(wrong) > 0 || fmt.Sprint(stores[0].Channels, stores[1].Channels, stores[2].Channels) != "[teams:19:k@thread.tacv2 slack:C0KINGSTON] [slack:C024BE91L teams:19:b@thread.tacv2] []" {
		t.Errorf("%v %v", stores, wrong)
	}
	if _, wrong := ReadStores(strings.NewReader("id,name,region,teams_channel,headcount\na,A,,19:k@thread.tacv2,\n")); len(wrong) > 0 {
		t.Errorf("of a company without Slack: %v", wrong)
	}
	_, wrong = ReadStores(strings.NewReader("id,name,region,teams_channel,headcount\na,A,,#kingston,\nb,B,,19:k@thread.tacv2,\nc,C,,19:k@thread.tacv2,\n"))
	same(t, wrong, []string{`line 2: teams_channel: "#kingston" is not a channel of Teams`, "line 4: teams_channel: The channel 19:k@thread.tacv2 is that of line 3 already"})
}
