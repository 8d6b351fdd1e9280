package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
)

// called is what came of one call of the program.
type called struct {
	out, errOut string
	err         error
}

// call runs the program as main does. It leaves out no output and keeps nothing of the real environment.
func call(t *testing.T, env func(string) string, args ...string) called {
	t.Helper()
	var out, errOut bytes.Buffer
	err := run(t.Context(), args, env, strings.NewReader(""), &out, &errOut)
	c := called{out.String(), errOut.String(), err}
	for _, secret := range []string{testBotToken, testAppToken, testSigning, testPassword, testConversions} {
		if all := c.out + c.errOut + errorText(err); strings.Contains(all, secret) {
			t.Errorf("clarion %s leaks %q:\n%s", strings.Join(args, " "), secret, all)
		}
	}
	return c
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// redisFor starts a Redis within the test, with a password that no output may have in it.
func redisFor(t *testing.T) (server *miniredis.Miniredis, setting string) {
	t.Helper()
	server = miniredis.RunT(t)
	server.RequireUserAuth("clarion", testPassword)
	return server, "REDIS_URL=redis://clarion:" + testPassword + "@" + server.Addr()
}

// slackFor starts a Slack that answers one method with one text. It fails the test when it is called without
// the token.
func slackFor(t *testing.T, method, answer string) (setting string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if r.URL.Path != "/api/"+method || token != testBotToken && r.FormValue("token") != testBotToken {
			t.Errorf("Slack was asked for %s with another token", r.URL.Path)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(server.Close)
	return "SLACK_API_URL=" + server.URL + "/api/"
}

func fileWith(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHelpListsEverySubcommand(t *testing.T) {
	for _, args := range [][]string{nil, {"help"}, {"-h"}, {"--help"}} {
		c := call(t, env(), args...)
		if c.err != nil {
			t.Fatal(c.err)
		}
		for _, s := range subcommands() {
			if !strings.Contains(c.out, "  clarion "+s.Name) || !strings.Contains(c.out, s.Summary) {
				t.Errorf("clarion %v does not tell of %s:\n%s", args, s.Name, c.out)
			}
		}
	}
}

func TestEverySubcommandTellsItsUsage(t *testing.T) {
	for _, s := range subcommands() {
		if s.Name == "help" {
			continue
		}
		if c := call(t, env(), s.Name, "-h"); c.err != nil || !strings.Contains(c.out, "Usage: clarion "+s.Name) {
			t.Errorf("clarion %s -h says %q, %v", s.Name, c.out, c.err)
		}
	}
}

func TestACommandLineThatMakesNoSenseIsExitCode2(t *testing.T) {
	tests := map[string]string{
		"serv":                          `there is no subcommand "serv"; “clarion help” lists them`,
		"version now":                   `version: it takes no arguments, but got "now"`,
		"verify -x":                     "verify: flag provided but not defined: -x",
		"import":                        "import: say what to import and from which file",
		"import stores":                 "import: say what to import and from which file",
		"import shops shops.csv":        `import: "shops" can't be imported; it can be stores, partners or conversions`,
		"manifest discord":              "manifest: name the platform",
		"manifest teams":                "manifest: say where Teams reaches the bot",
		"manifest slack":                "manifest: say where Slack reaches the bot",
		"manifest slack --url http://x": "manifest: --url must be an https address",
	}
	for line, want := range tests {
		if c := call(t, env(), strings.Fields(line)...); exitCode(c.err) != 2 || !strings.HasPrefix(errorText(c.err), want) {
			t.Errorf("clarion %s: exit code %d, %v; want 2, %s …", line, exitCode(c.err), c.err, want)
		}
	}
}

func TestWhatFailsIsExitCode1(t *testing.T) {
	if c := call(t, env("REDIS_URL="), "verify"); exitCode(c.err) != 1 {
		t.Errorf("exit code %d for %v, want 1", exitCode(c.err), c.err)
	}
	if c := call(t, env(), "version"); exitCode(c.err) != 0 || !strings.HasPrefix(c.out, "clarion ") {
		t.Errorf("clarion version says %q, %v", c.out, c.err)
	}
}

func TestHealthcheckAsksTheBotOnThisMachine(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			t.Errorf("it asks for %s", r.URL.Path)
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	listen := "LISTEN=" + strings.TrimPrefix(server.URL, "http://")
	if c := call(t, env(listen), "healthcheck"); c.err != nil || c.out != "ready\n" {
		t.Errorf("it says %q, %v; want ready", c.out, c.err)
	}
	status = http.StatusServiceUnavailable
	if c := call(t, env(listen), "healthcheck"); exitCode(c.err) != 1 || !strings.Contains(errorText(c.err), "503") {
		t.Errorf("it says %q, %v; want that it is not ready", c.out, c.err)
	}
}

func TestWhereABotThatListensEverywhereIsReached(t *testing.T) {
	for listen, want := range map[string]string{
		":8080": "127.0.0.1:8080", "0.0.0.0:80": "127.0.0.1:80", "[::]:80": "127.0.0.1:80", "10.1.2.3:80": "10.1.2.3:80", "bot:80": "bot:80",
	} {
		if got := dialable(listen); got != want {
			t.Errorf("%s is reached at %s, want %s", listen, got, want)
		}
	}
}

func TestACallEndsWithItsContext(t *testing.T) {
	server, url := redisFor(t)
	server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, []string{"verify"}, env(url), nil, &bytes.Buffer{}, &bytes.Buffer{}); err == nil {
		t.Error("it is no error")
	}
}
