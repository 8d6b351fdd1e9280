package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/bot"
	"github.com/clarion-bot/clarion/roster"
	"github.com/clarion-bot/clarion/storage"
)

// runImport reads stores, partners or conversions from a file and stores them all, or, when anything is wrong with the
// file, none. Importing the same file again changes nothing.
func runImport(ctx context.Context, c Call) error {
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	var dry bool
	for _, name := range []string{"n", "dry-run"} {
		flags.BoolVar(&dry, name, false, "only say what would be done")
	}
	rest, err := readFlags(flags, c.Args)
	if err != nil {
		return err
	}
	if len(rest) != 2 {
		return misused("import: say what to import and from which file: clarion import stores stores.csv")
	}
	i := importing{c: c, dry: dry, path: rest[1]}
	kinds := map[string]func(context.Context, *storage.Workspace) (tally, error){
		"stores": i.stores, "partners": i.partners, "conversions": i.conversions,
	}
	read, ok := kinds[rest[0]]
	if !ok {
		return misused("import: %q can't be imported; it can be stores, partners or conversions", rest[0])
	}
	if i.cfg, err = readConfig(c.Env, "REDIS_URL"); err != nil {
		return err
	}
	return withWorkspace(i.cfg, func(w *storage.Workspace) error {
		t, err := read(ctx, w)
		if errors.Is(err, clarion.ErrUnavailable) {
			return fmt.Errorf("%w; import the same file again when Redis is back: nothing is done twice", err)
		}
		if err != nil {
			return err
		}
		if dry {
			fmt.Fprintln(c.Out, "Nothing was stored: this was a dry run.")
		}
		_, err = fmt.Fprintf(c.Out, "import: %s=%d created=%d changed=%d unchanged=%d\n",
			rest[0], t.all, t.created, t.changed, t.all-t.created-t.changed)
		return err
	})
}

// importing is one run of import.
type importing struct {
	c    Call
	cfg  Config
	dry  bool
	path string
}

// A tally says what became of the lines of a file.
type tally struct{ all, created, changed int }

func (i *importing) stores(ctx context.Context, w *storage.Workspace) (tally, error) {
	file, err := os.Open(i.path)
	if err != nil {
		return tally{}, i.unreadable(err)
	}
	defer file.Close()
	lines, wrong := roster.ReadStores(file)
	if len(wrong) > 0 {
		return tally{}, i.report(wrong)
	}
	ids, err := i.channels(ctx, roster.ChannelNames(lines))
	if err != nil {
		return tally{}, err
	}
	stores, wrong := roster.Resolve(lines, ids)
	if len(wrong) > 0 {
		return tally{}, i.report(wrong)
	}
	known, err := w.Stores(ctx)
	if err != nil {
		return tally{}, err
	}
	put, created, changed := roster.Merge(stores, known)
	if !i.dry {
		if err := w.PutStores(ctx, put); err != nil {
			return tally{}, err
		}
	}
	return tally{len(stores), created, changed}, nil
}

// channels asks Slack for the ids of channels by their names.
func (i *importing) channels(ctx context.Context, names []string) (map[string]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	if !i.cfg.SlackBotToken.IsSet() {
		return nil, fmt.Errorf("%s names %s, such as #%s, that only Slack can find: set SLACK_BOT_TOKEN, or write the channels' ids instead",
			filepath.Base(i.path), count(len(names), "channel"), names[0])
	}
	return bot.ChannelIDs(ctx, i.cfg.SlackBotToken.Reveal(), i.cfg.SlackAPIURL, names)
}

func (i *importing) partners(ctx context.Context, w *storage.Workspace) (tally, error) {
	stores, err := w.Stores(ctx)
	if err != nil {
		return tally{}, err
	}
	file, err := os.Open(i.path)
	if err != nil {
		return tally{}, i.unreadable(err)
	}
	defer file.Close()
	members, wrong := roster.ReadPartners(file, stores, newID)
	if len(wrong) > 0 {
		return tally{}, i.report(wrong)
	}
	verb, do := "Importing", w.Import
	if i.dry {
		verb, do = "Comparing", func(ctx context.Context, members []clarion.Member, progress func(int)) (int, int, error) {
			return foresee(ctx, w, members, progress)
		}
	}
	p := newProgress(i.c.Out, verb, len(members))
	created, changed, err := do(ctx, members, p.update)
	p.end()
	return tally{len(members), created, changed}, err
}

// newID returns a UUID of version 7: ids sort by the time they were made.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// report prints everything that is wrong with the file.
func (i *importing) report(wrong []roster.Problem) error {
	for _, p := range wrong {
		fmt.Fprintf(i.c.Err, "%s: %s\n", filepath.Base(i.path), p)
	}
	return fmt.Errorf("nothing was stored, because of %s in %s", count(len(wrong), "problem"), filepath.Base(i.path))
}

func (i *importing) unreadable(err error) error {
	return fmt.Errorf("%s cannot be read: %s", i.path, reason(err))
}

// foreseeEvery is how many members are compared between two signs of progress.
const foreseeEvery = 200

// foresee says what Import would do, and does not do it. A partner who stands on two lines, once by Slack id
// and once by e-mail address, is counted for both.
func foresee(ctx context.Context, w *storage.Workspace, members []clarion.Member, progress func(done int)) (created, changed int, err error) {
	for n, m := range members {
		news, partner := 0, clarion.PartnerID("")
		for _, identity := range m.Identities {
			id, err := w.PartnerIDOf(ctx, identity)
			switch {
			case errors.Is(err, clarion.ErrNotFound):
				news++
			case err != nil:
				return 0, 0, err
			case partner == "":
				partner = id
			}
		}
		if partner == "" {
			created++
		} else {
			known, err := w.Partner(ctx, partner)
			if err != nil {
				return 0, 0, err
			}
			if news > 0 || differs(m.Partner, known) {
				changed++
			}
		}
		if (n+1)%foreseeEvery == 0 || n+1 == len(members) {
			progress(n + 1)
		}
	}
	return created, changed, nil
}

// differs says whether the file has something for a partner that is not stored.
func differs(file, known clarion.Partner) bool {
	return file.Name != known.Name || file.Store != known.Store || file.Email != "" && file.Email != known.Email
}
