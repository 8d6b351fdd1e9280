package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestTheReadmesConversionIsTakenWordForWord(t *testing.T) {
	for _, program := range []string{"sh", "openssl", "curl", "sed", "date"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("this runs what README.md says with %s, which is not here", program)
		}
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Conversions\n")
	_, script, _ := strings.Cut(section, "```sh\n")
	script, _, found := strings.Cut(script, "```\n")
	if !found {
		t.Fatal("README.md has no script under Conversions")
	}
	s := newShop(t, "CLARION_CONVERSIONS_SECRET="+testConversions)
	for _, want := range []string{`{"status":"accepted","points":0}`, `{"status":"known"}`} {
		command := exec.CommandContext(t.Context(), "sh", "-eu", "-c", script)
		command.Env = append(os.Environ(), "CLARION_CONVERSIONS_SECRET="+testConversions, "PUBLIC_URL="+s.base, "NO_PROXY=127.0.0.1")
		out, err := command.Output()
		if err != nil || strings.TrimSpace(string(out)) != want || !strings.Contains(section, "`"+want+"`") {
			t.Errorf("it answers %s, %v; want %s, as README.md says", out, err, want)
		}
	}
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("serve ended with %v", err)
	}
	if strings.Contains(s.log.String(), testConversions) {
		t.Errorf("the secret is in the log:\n%s", s.log)
	}
}
