package bot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/infracloudio/msbotbuilder-go/connector/auth"
	"github.com/infracloudio/msbotbuilder-go/schema"
)

// defaultServiceURLs are the addresses of Teams in Microsoft's public cloud, as its own library has them
// (https://microsoft.github.io/teams-sdk/csharp/essentials/app-configuration/service-url-validation). Other clouds
// have addresses, a login and a metadata document of their own, which all have to be set together.
func defaultServiceURLs() []string {
	return []string{
		"https://smba.trafficmanager.net/",
		"https://smba.onyx.prod.teams.trafficmanager.net/",
		"https://smba.infra.gcc.teams.microsoft.com/",
	}
}

var errNoServiceURL = errors.New("it must be an address such as https://smba.trafficmanager.net/")

// serviceURLs are the addresses that a token of ours may be sent to.
type serviceURLs []*url.URL

// parseServiceURLs reads a list of allowed addresses: scheme and host, and perhaps a path below which all is allowed.
// The good ones come back beside the error about the first bad one.
func parseServiceURLs(list []string) (serviceURLs, error) {
	var allowed serviceURLs
	var bad error
	for _, raw := range list {
		u, err := parseServiceURL(raw)
		if err != nil {
			if bad == nil {
				bad = fmt.Errorf("service URL %q: %w", raw, err)
			}
			continue
		}
		allowed = append(allowed, u)
	}
	return allowed, bad
}

// allows reports whether an address is on the list. The host must be the same to the letter, case aside: anybody can
// register a name below trafficmanager.net.
func (s serviceURLs) allows(raw string) bool {
	u, err := parseServiceURL(raw)
	if err != nil {
		return false
	}
	for _, a := range s {
		if a.Scheme == u.Scheme && a.Host == u.Host && (u.Path == a.Path || strings.HasPrefix(u.Path, strings.TrimSuffix(a.Path, "/")+"/")) {
			return true
		}
	}
	return false
}

// parseServiceURL reads an address to which calls can be added: http or https, a host, perhaps a path, nothing else.
func parseServiceURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, errNoServiceURL
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "", u.Opaque != "", u.User != nil, u.RawQuery != "", u.ForceQuery, u.Fragment != "":
		return nil, errNoServiceURL
	case strings.Contains(u.Path, ".."), strings.Contains(u.Path, `\`):
		return nil, errNoServiceURL
	}
	u.Host = strings.ToLower(u.Host)
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

// sameServiceURL compares as Microsoft's library does: without regard to case and to one slash at the end
// (https://github.com/microsoft/teams.net/pull/549).
func sameServiceURL(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "/"), strings.TrimSuffix(b, "/"))
}

// loopbackValidator lets in what nobody signed, for Microsoft's Agents Playground on one's own machine. All that
// it asks is that answers go to this machine; who may connect is the entrance's to check.
type loopbackValidator struct{}

// AuthenticateRequest refuses with errNotAllowed an activity whose service is elsewhere.
func (loopbackValidator) AuthenticateRequest(_ context.Context, activity schema.Activity, _ string, _ auth.CredentialProvider, _ string) (auth.ClaimsIdentity, error) {
	if !onLoopback(activity.ServiceURL) {
		return nil, fmt.Errorf("%w: unsigned activities must come from a service on this machine", errNotAllowed)
	}
	return teamsIdentity{"serviceurl": activity.ServiceURL}, nil
}

// onLoopback says whether an address is of a service on this machine.
func onLoopback(address string) bool {
	u, err := parseServiceURL(address)
	return err == nil && u.Scheme == "http" && loopback(u.Hostname())
}

func loopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}
