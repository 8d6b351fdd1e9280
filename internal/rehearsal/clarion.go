package rehearsal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/clarion-bot/clarion/internal/process"
)

// A Clarion is the program with its settings, of which any number of processes can run.
type Clarion struct {
	Location *time.Location // of the company

	dir     string
	program string
	env     []string
	teams   *Teams // nil: it is in Slack alone
}

// Join lets the processes that are started from now on be in Teams too.
func (c *Clarion) Join(t *Teams) {
	c.teams = t
	c.env = append(c.env, t.settings()...)
}

// Build builds the program into dir, where the logs of its processes will be too. Settings are those beside what the
// rehearsal sets, as NAME=value.
func Build(ctx context.Context, dir, redisURL string, slack *Slack, settings ...string) (*Clarion, error) {
	location, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, err
	}
	c := &Clarion{Location: location, dir: dir, program: filepath.Join(dir, "clarion")}
	c.env = append([]string{
		"SLACK_BOT_TOKEN=" + botToken, "SLACK_SIGNING_SECRET=" + signingSecret, "SLACK_API_URL=" + slack.APIURL(), "REDIS_URL=" + redisURL,
		"CLARION_WORKSPACE=" + string(Workspace), "CLARION_TIMEZONE=" + location.String(), "CLARION_SOCIAL_TEAM=" + socialUser,
		"CLARION_TRUSTED_PROXIES=127.0.0.0/8", "CLARION_BURST=0",
	}, settings...)
	build := exec.CommandContext(ctx, "go", "build", "-o", c.program, "github.com/clarion-bot/clarion/cmd/clarion") // #nosec G204 -- a file of its own
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building clarion: %w\n%s", err, out)
	}
	return c, nil
}

// Run runs a subcommand to its end, and returns what it prints.
func (c *Clarion) Run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, c.program, args...) // #nosec G204 -- the program that was built
	cmd.Env = slices.Concat(c.env, []string{"PUBLIC_URL=http://127.0.0.1"})
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("clarion %v: %w: %s", args, err, errOut.String())
	}
	return out.String(), nil
}

// A Server is one process of “clarion serve”.
type Server struct {
	*process.Process
	URL  string
	Life string // names this one among all processes
}

// A Place is where a process of clarion serves, one after the other.
type Place struct {
	clarion *Clarion
	port    string
	name    string
	lives   int // how many processes were started here
}

// NewPlaces returns a place for each name, with a port of its own. The log of each of its processes is added to name.log.
func (c *Clarion) NewPlaces(names ...string) ([]*Place, error) {
	ports, err := process.FreePorts(len(names))
	if err != nil {
		return nil, err
	}
	places := make([]*Place, len(names))
	for i, name := range names {
		places[i] = &Place{clarion: c, port: ports[i], name: name}
	}
	return places, nil
}

// URL is where the process answers.
func (p *Place) URL() string { return "http://127.0.0.1:" + p.port }

// Serve starts a process there, as if it were so much later than it is. It is not for two at the same time.
func (p *Place) Serve(ahead time.Duration) (*Server, error) {
	cmd := exec.Command(p.clarion.program, "serve", "-ahead", ahead.String()) // #nosec G204 -- the program that was built
	cmd.Env = slices.Concat(p.clarion.env, []string{"LISTEN=127.0.0.1:" + p.port, "PUBLIC_URL=" + p.URL()})
	p.lives++
	life := fmt.Sprintf("%s.%d", p.name, p.lives)
	if p.clarion.teams != nil {
		cmd.Env = append(cmd.Env, "TEAMS_TOKEN_URL="+p.clarion.teams.tokenURL(life))
	}
	started, err := process.Start(cmd, filepath.Join(p.clarion.dir, p.name+".log"))
	if err != nil {
		return nil, err
	}
	return &Server{Process: started, URL: p.URL(), Life: life}, nil
}

// Ready returns when the process is ready, and an error that is ErrEnded when it ends before that.
func (s *Server) Ready(ctx context.Context) error {
	return until(ctx, s.Process, time.Minute, func(ctx context.Context) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/readyz", nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			return err
		}
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answers %s", s.URL, answer.Status)
		}
		return nil
	})
}
