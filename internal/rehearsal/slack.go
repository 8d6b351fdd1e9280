package rehearsal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/clarion-bot/clarion/internal/process"
	"github.com/clarion-bot/clarion/playground"
)

// A Slack is the playground's, in a process of its own.
type Slack struct {
	base    string
	process *process.Process
}

// StartSlack starts a Slack by running this very program with SlackCommand, and returns when it answers. Its log is in dir.
func StartSlack(ctx context.Context, dir string, cfg SlackConfig) (*Slack, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	config, err := json.Marshal(cfg)
	if err != nil {
		return nil, err
	}
	port, err := process.FreePort()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program, SlackCommand, "-listen", "127.0.0.1:"+port, "-config", string(config)) // #nosec G204 -- this program itself
	p, err := process.Start(cmd, filepath.Join(dir, "slack.log"))
	if err != nil {
		return nil, err
	}
	s := &Slack{base: "http://127.0.0.1:" + port, process: p}
	if err := until(ctx, p, startWithin, func(ctx context.Context) error { _, err := s.State(ctx); return err }); err != nil {
		s.Kill()
		return nil, fmt.Errorf("starting Slack: %w", err)
	}
	return s, nil
}

// Kill ends it, with all that stands in it.
func (s *Slack) Kill() { s.process.Kill() }

// APIURL is where its Web API is.
func (s *Slack) APIURL() string { return s.base + "/api/" }

// Posts returns everything that stands in the stores' channels: channel after channel, the oldest first.
func (s *Slack) Posts(ctx context.Context) (posts []Post, err error) {
	err = s.ask(ctx, http.MethodGet, postsPath, nil, &posts)
	return posts, err
}

// State returns what it has seen so far.
func (s *Slack) State(ctx context.Context) (state SlackState, err error) {
	err = s.ask(ctx, http.MethodGet, statePath, nil, &state)
	return state, err
}

// SetWeather changes the weather.
func (s *Slack) SetWeather(ctx context.Context, w playground.Weather) error {
	return s.ask(ctx, http.MethodPut, weatherPath, w, nil)
}

// Idle returns when no call of the Web API is under way. It is an error when that takes longer than a quarter of a minute.
func (s *Slack) Idle(ctx context.Context) error {
	err := until(ctx, s.process, 15*time.Second, func(ctx context.Context) error {
		state, err := s.State(ctx)
		if err == nil && state.Busy > 0 {
			err = fmt.Errorf("%d calls are under way", state.Busy)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("waiting until Slack has nothing to do: %w", err)
	}
	return nil
}

// answerWithin bounds how long it takes for an answer of the Slack, beside the Web API.
const answerWithin = 10 * time.Second

func (s *Slack) ask(ctx context.Context, method, path string, send, receive any) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	body, err := json.Marshal(send)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("asking Slack for %s: %w", path, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", answer.Status, text)
	}
	if err == nil && receive != nil {
		err = json.Unmarshal(text, receive)
	}
	if err != nil {
		return fmt.Errorf("asking Slack for %s: %w", path, err)
	}
	return nil
}
