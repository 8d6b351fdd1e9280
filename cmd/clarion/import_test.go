package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

const (
	storesFile = "id,name,region,channel,headcount\nkingston,Kingston,London,C0KINGSTON,500\noxford,Oxford,,C000OXFORD,\n"

	partnersFile = "slack_id,email,name,store\nU000AMIRA,amira@example.com,Amira Khan,kingston\n,ben@example.com,Ben Ode,oxford\nU0000CARL,,Carl Lee,oxford\n"
)

// workspaceOf looks at what the program has stored.
func workspaceOf(t *testing.T, url string) *storage.Workspace {
	t.Helper()
	s, err := storage.Open(storage.Options{URL: strings.TrimPrefix(url, "REDIS_URL=")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.Workspace("main")
}

func mustSay(t *testing.T, c called, last string) {
	t.Helper()
	if c.err != nil {
		t.Fatalf("%v\n%s%s", c.err, c.out, c.errOut)
	}
	if !strings.HasSuffix("\n"+c.out, "\n"+last+"\n") {
		t.Errorf("the last line is not %q:\n%s", last, c.out)
	}
}

// keys returns everything that a Redis has stored, as text.
func keys(s *miniredis.Miniredis) string { return s.Dump() }

func TestImportingTwiceChangesNothing(t *testing.T) {
	_, url := redisFor(t)
	e := env(url)
	stores, partners := fileWith(t, "stores.csv", storesFile), fileWith(t, "partners.csv", partnersFile)
	mustSay(t, call(t, e, "import", "stores", stores), "import: stores=2 created=2 changed=0 unchanged=0")
	mustSay(t, call(t, e, "import", "stores", stores), "import: stores=2 created=0 changed=0 unchanged=2")
	mustSay(t, call(t, e, "import", "partners", partners), "import: partners=3 created=3 changed=0 unchanged=0")
	mustSay(t, call(t, e, "import", "partners", partners), "import: partners=3 created=0 changed=0 unchanged=3")
}

func TestADryRunForeseesWhatAnImportDoesAndStoresNothing(t *testing.T) {
	server, url := redisFor(t)
	e := env(url)
	stores, partners := fileWith(t, "stores.csv", storesFile), fileWith(t, "partners.csv", partnersFile)
	dry := func(kind, path, want string) {
		t.Helper()
		before := keys(server)
		c := call(t, e, "import", "-n", kind, path)
		mustSay(t, c, want)
		if !strings.Contains(c.out, "Nothing was stored: this was a dry run.") {
			t.Errorf("it does not say that it was a dry run:\n%s", c.out)
		}
		if after := keys(server); after != before {
			t.Errorf("it stored something:\n%s", after)
		}
		mustSay(t, call(t, e, "import", kind, path), want)
	}
	dry("stores", stores, "import: stores=2 created=2 changed=0 unchanged=0")
	dry("partners", partners, "import: partners=3 created=3 changed=0 unchanged=0")
	dry("stores", fileWith(t, "new.csv", storesFile+"york,York,North,,80\n"), "import: stores=3 created=1 changed=0 unchanged=2")
	moved := strings.ReplaceAll(partnersFile, "Amira Khan,kingston", "Amira Khan,oxford")
	dry("partners", fileWith(t, "moved.csv", moved), "import: partners=3 created=0 changed=1 unchanged=2")
	known := strings.ReplaceAll(moved, ",ben@", "U00000BEN,ben@")
	dry("partners", fileWith(t, "known.csv", known+"U00000DEE,,Dee Dow,oxford\n"), "import: partners=4 created=1 changed=1 unchanged=2")
}

func TestAPartnerWhoseStoreDiffersIsMoved(t *testing.T) {
	_, url := redisFor(t)
	e := env(url)
	mustSay(t, call(t, e, "import", "stores", fileWith(t, "stores.csv", storesFile)), "import: stores=2 created=2 changed=0 unchanged=0")
	mustSay(t, call(t, e, "import", "partners", fileWith(t, "a.csv", partnersFile)), "import: partners=3 created=3 changed=0 unchanged=0")
	before, err := workspaceOf(t, url).PartnerOf(t.Context(), clarion.EmailIdentity("amira@example.com"))
	if err != nil || before.Store != "kingston" {
		t.Fatalf("the partner is %+v, %v", before, err)
	}
	moved := strings.ReplaceAll(partnersFile, "Amira Khan,kingston", "Amira Khan,oxford")
	mustSay(t, call(t, e, "import", "partners", fileWith(t, "b.csv", moved)), "import: partners=3 created=0 changed=1 unchanged=2")
	after, err := workspaceOf(t, url).PartnerOf(t.Context(), clarion.UserIdentity(clarion.Slack, "U000AMIRA"))
	if err != nil || after.Store != "oxford" || after.ID != before.ID {
		t.Errorf("the partner is %+v, %v; want %s in oxford", after, err, before.ID)
	}
}

func TestAFileWithAProblemStoresNothingAndListsEveryProblem(t *testing.T) {
	server, url := redisFor(t)
	e := env(url)
	mustSay(t, call(t, e, "import", "stores", fileWith(t, "stores.csv", storesFile)), "import: stores=2 created=2 changed=0 unchanged=0")
	before := keys(server)
	for kind, content := range map[string]string{
		"stores":   storesFile + "kingston,,North,C0KINGSTON,many\n",
		"partners": partnersFile + "amira,amira@example.com,,nowhere\n",
	} {
		c := call(t, e, "import", kind, fileWith(t, "bad.csv", content))
		if exitCode(c.err) != 1 || c.err.Error() != "nothing was stored, because of 4 problems in bad.csv" {
			t.Errorf("%s: %v; want 4 problems\n%s", kind, c.err, c.errOut)
		}
		line := strings.Count(content, "\n")
		if n := strings.Count(c.errOut, fmt.Sprintf("bad.csv: line %d: ", line)); n != 4 {
			t.Errorf("%s: %d problems on line %d, want 4:\n%s", kind, n, line, c.errOut)
		}
	}
	if after := keys(server); after != before {
		t.Errorf("something was stored:\n%s", after)
	}
}

func TestNamesOfChannelsAreLookedUpInSlack(t *testing.T) {
	_, redis := redisFor(t)
	file := fileWith(t, "stores.csv", "id,name,region,channel,headcount\nkingston,Kingston,,#kingston,\noxford,Oxford,,oxford,\n")
	list := func(second string) string {
		return slackFor(t, "conversations.list", `{"ok":true,"channels":[{"id":"C0KINGSTON","name":"kingston"},{"id":"C000OXFORD","name":"`+second+`"}]}`)
	}
	c := call(t, env(redis, list("cambridge")), "import", "stores", file)
	if want := "stores.csv: line 3: channel: Slack shows the bot no channel #oxford: "; !strings.HasPrefix(c.errOut, want) || exitCode(c.err) != 1 {
		t.Errorf("%v, %q; want %s …", c.err, c.errOut, want)
	}
	c = call(t, env(redis, "SLACK_BOT_TOKEN="), "import", "stores", file)
	if want := "stores.csv names 2 channels, such as #kingston, that only Slack can find: set SLACK_BOT_TOKEN, or write the channels' ids instead"; errorText(c.err) != want {
		t.Errorf("%v; want %s", c.err, want)
	}
	mustSay(t, call(t, env(redis, list("oxford")), "import", "stores", file), "import: stores=2 created=2 changed=0 unchanged=0")
	store, err := workspaceOf(t, redis).StoreIn(t.Context(), clarion.Channel{Platform: clarion.Slack, ID: "C000OXFORD"})
	if err != nil || store.ID != "oxford" {
		t.Errorf("the channel is that of %+v, %v", store, err)
	}
}

func TestALongFileTellsItsProgressInTenths(t *testing.T) {
	_, url := redisFor(t)
	e := env(url)
	mustSay(t, call(t, e, "import", "stores", fileWith(t, "stores.csv", storesFile)), "import: stores=2 created=2 changed=0 unchanged=0")
	var b strings.Builder
	b.WriteString("slack_id,email,name,store\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "U%08d,,Partner %d,kingston\n", i, i)
	}
	c := call(t, e, "import", "partners", fileWith(t, "many.csv", b.String()))
	mustSay(t, c, "import: partners=2000 created=2000 changed=0 unchanged=0")
	if n := strings.Count(c.out, "Importing: "); n != 10 || !strings.Contains(c.out, "Importing: 1000 of 2000 (50 %)\n") {
		t.Errorf("it tells %d times:\n%s", n, c.out)
	}
}

func TestAFileThatIsNotThereIsASentence(t *testing.T) {
	_, url := redisFor(t)
	c := call(t, env(url), "import", "stores", "nowhere.csv")
	if want := "nowhere.csv cannot be read: no such file or directory"; errorText(c.err) != want {
		t.Errorf("%v; want %s", c.err, want)
	}
}

func TestARedisThatGoesAwaySaysThatTheImportCanBeRepeated(t *testing.T) {
	server, url := redisFor(t)
	e := env(url)
	mustSay(t, call(t, e, "import", "stores", fileWith(t, "stores.csv", storesFile)), "import: stores=2 created=2 changed=0 unchanged=0")
	server.SetError("LOADING Redis is loading the dataset in memory")
	c := call(t, e, "import", "partners", fileWith(t, "partners.csv", partnersFile))
	if !strings.Contains(errorText(c.err), "import the same file again when Redis is back") {
		t.Errorf("it says %v", c.err)
	}
	server.SetError("")
	mustSay(t, call(t, e, "import", "partners", fileWith(t, "partners.csv", partnersFile)), "import: partners=3 created=3 changed=0 unchanged=0")
}
