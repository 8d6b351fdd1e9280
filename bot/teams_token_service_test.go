package bot

import (
	"net/http"
	"testing"
)

// TestAServiceURLIsAllowedByItsWholeHost.
func TestAServiceURLIsAllowedByItsWholeHost(t *testing.T) {
	allowed, err := parseServiceURLs(append(defaultServiceURLs(), "http://127.0.0.1:56150/_connector"))
	must(t, err)
	for raw, want := range map[string]bool{
		"https://smba.trafficmanager.net":                           true,
		"https://smba.trafficmanager.net/emea/":                     true,
		"https://smba.trafficmanager.net/emea/9b0f/":                true,
		"https://SMBA.TrafficManager.net/amer":                      true,
		"https://smba.infra.gcc.teams.microsoft.com/teams":          true,
		"http://127.0.0.1:56150/_connector":                         true,
		"http://127.0.0.1:56150/_connector/":                        true,
		"http://smba.trafficmanager.net/emea/":                      false,
		"https://evil.trafficmanager.net/":                          false,
		"https://smba.trafficmanager.net.evil.example/":             false,
		"https://evilsmba.trafficmanager.net/":                      false,
		"https://user:password@smba.trafficmanager.net/":            false,
		"https://smba.trafficmanager.net:8443/":                     false,
		"https://smba.trafficmanager.net@evil.example/":             false,
		"https://evil.example/https://smba.trafficmanager.net/":     false,
		"https://evil.example#https://smba.trafficmanager.net/":     false,
		"https://smba.trafficmanager.net/?next=https://evil/":       false,
		"https://smba.trafficmanager.net\\@evil.example/":           false,
		"http://127.0.0.1:56150/_connector2":                        false,
		"http://127.0.0.1:56150/_connector/../admin":                false,
		"http://127.0.0.1:56150/_connector/%2e%2e/admin":            false,
		"http://127.0.0.1:56151/_connector":                         false,
		"//smba.trafficmanager.net/":                                false,
		"smba.trafficmanager.net":                                   false,
		"https://":                                                  false,
		"file://smba.trafficmanager.net/":                           false,
		"":                                                          false,
		"https://smba.trafficmanager.net/\x00":                      false,
		"https://smba.trafficmanager.net. /":                        false,
		"https://smba.onyx.prod.teams.trafficmanager.net/anything/": true,
	} {
		if got := allowed.allows(raw); got != want {
			t.Errorf("allows(%q) is %v, want %v", raw, got, want)
		}
	}
}

// TestABadAllowedAddressIsNamed and costs no other.
func TestABadAllowedAddressIsNamed(t *testing.T) {
	allowed, err := parseServiceURLs([]string{"smba.trafficmanager.net", "https://smba.trafficmanager.net"})
	if err == nil || !allowed.allows(testService) {
		t.Errorf("error %v, allowed %v", err, allowed)
	}
}

// TestUnsignedActivitiesComeFromThisMachineOnly.
func TestUnsignedActivitiesComeFromThisMachineOnly(t *testing.T) {
	entrance := serveAdapter(t, newTeamsAdapter("", loopbackValidator{}))
	for service, want := range map[string]int{
		"http://localhost:56150/_connector": http.StatusOK,
		"http://127.0.0.1:56150/_connector": http.StatusOK,
		"http://[::1]:56150/":               http.StatusOK,
		"http://localhost.evil.example/":    http.StatusForbidden,
		"http://127.0.0.1@evil.example/":    http.StatusForbidden,
		"http://10.0.0.1/":                  http.StatusForbidden,
		"https://localhost/":                http.StatusForbidden,
		testService:                         http.StatusForbidden,
		"":                                  http.StatusForbidden,
	} {
		a := activity()
		a.ServiceURL = service
		for _, header := range []string{"", "Bearer x"} {
			if got, text := sendActivity(t, entrance, header, a); got != want {
				t.Errorf("%q with header %q was answered %d, want %d: %s", service, header, got, want, text)
			}
		}
	}
}
