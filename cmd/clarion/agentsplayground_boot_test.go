//go:build agents

package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The company in the Agents Playground. As in Teams, the id by which the service knows somebody is not that of the
// company's directory.
const (
	headquartersTenant = "7a1d7a1d-0000-4000-8000-000000000001"
	headquartersBot    = "b0b0b0b0-0000-4000-8000-000000000001"

	kingstonChannel = "19:kingston@thread.tacv2" // the team's General channel, which has the team's id
	leedsChannel    = "19:leeds@thread.tacv2"
	sofiasChat      = "a:sofia"
)

// A colleague is a person of the company.
type colleague struct{ User, Object, Name, Address string }

func colleagueNamed(name string, number int) colleague {
	first, _, _ := strings.Cut(name, " ")
	first = strings.ToLower(first)
	return colleague{"29:" + first, fmt.Sprintf("5f1a0000-0000-4000-8000-%012d", number), name, first + "@harbour.example"}
}

// The people of the company. The Playground wants six: it is Sofia's, and shows what she sees.
var (
	sofia     = colleagueNamed("Sofia Marsh", 1) // of the social team
	amira     = colleagueNamed("Amira Khan", 2)
	ben       = colleagueNamed("Ben Ward", 3)
	bystander = []colleague{colleagueNamed("Lena Fox", 4), colleagueNamed("Omar Aziz", 5), colleagueNamed("Ines Roy", 6)}
)

// playgroundConfig is the Playground's file of who and what there is: one current user, five others, and a team with
// General and one channel more.
func playgroundConfig() string {
	var b strings.Builder
	person := func(indent string, c colleague) {
		given, surname, _ := strings.Cut(c.Name, " ")
		for i, line := range []string{"id: " + c.User, "name: " + c.Name, "userPrincipleName: " + c.Address, "aadObjectId: " + c.Object, "givenName: " + given, "surname: " + surname, "email: " + c.Address} {
			if i > 0 {
				indent = "    "
			}
			fmt.Fprintln(&b, indent+line)
		}
	}
	fmt.Fprintf(&b, "version: \"0.1.1\"\ntenantId: %s\nbot:\n    id: 28:%s\n    name: Clarion\ncurrentUser:\n", headquartersTenant, headquartersBot)
	person("    ", sofia)
	fmt.Fprintln(&b, "users:")
	for _, c := range append([]colleague{amira, ben}, bystander...) {
		person("  - ", c)
	}
	fmt.Fprintf(&b, "personalChat:\n    id: %s\ngroupChat:\n    id: 19:lunch@thread.v2\n    name: Lunch\n", sofiasChat)
	fmt.Fprintf(&b, "team:\n    id: %s\n    name: Harbour Stores\n    aadGroupId: 6e6e0000-0000-4000-8000-000000000001\n    channels:\n      - id: %s\n        name: Leeds\n", kingstonChannel, leedsChannel)
	return b.String()
}

// startPlayground starts Microsoft's Agents Playground for a bot at an address, and returns where it is. It ends with the
// test. CLARION_AGENTS_PLAYGROUND names its command file; .ci/agents installs it.
func startPlayground(t *testing.T, bot string) string {
	t.Helper()
	command := os.Getenv("CLARION_AGENTS_PLAYGROUND")
	if command == "" {
		t.Fatal("CLARION_AGENTS_PLAYGROUND does not name the Agents Playground's cli.js: run .ci/agents, which installs it")
	}
	dir := t.TempDir()
	file, log := filepath.Join(dir, "playground.yml"), filepath.Join(dir, "playground.log")
	if err := os.WriteFile(file, []byte(playgroundConfig()), 0o600); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	_, port, _ := strings.Cut(address, ":")
	// #nosec G204 -- the command is the test's own setting
	c := exec.CommandContext(context.WithoutCancel(t.Context()), "node", command, "start", "--app-endpoint", bot+"/api/messages", "--port", port, "--channel-id", "msteams", "--disable-telemetry")
	c.Dir = dir
	c.Env = append(os.Environ(), "TEAMSAPPTESTER_BROWSER=none", "M365_AGENTS_PLAYGROUND_CONFIG_PATH="+file, "M365_AGENTS_PLAYGROUND_LOGFILE="+log,
		"AUTH_CLIENT_ID=", "AUTH_CLIENT_SECRET=", "AUTH_TENANT_ID=")
	printed := &lockedBuffer{}
	c.Stdout, c.Stderr = printed, printed
	if err := c.Start(); err != nil {
		t.Fatalf("starting the Agents Playground: %v", err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
		if t.Failed() {
			written, _ := os.ReadFile(log)
			t.Logf("the Playground printed:\n%s\nand has in its log:\n%s", printed, written)
		}
	})
	base := "http://127.0.0.1:" + port
	await(t, "the Agents Playground", func() error {
		answer, err := http.Get(base + "/_debug/ping")
		if err != nil {
			return err
		}
		return answer.Body.Close()
	})
	return base
}
