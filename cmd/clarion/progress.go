package main

import (
	"fmt"
	"io"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// shortJob is how many steps are done too quickly to be worth telling about.
const shortJob = 1000

// progress tells how far a long job is: with a bar on a terminal, and elsewhere with a line for each tenth.
// Of a short job it tells nothing.
type progress struct {
	out    io.Writer
	verb   string
	total  int
	tenths int
	bar    *progressbar.ProgressBar
}

func newProgress(out io.Writer, verb string, total int) *progress {
	p := &progress{out: out, verb: verb, total: total}
	if total >= shortJob && isTerminal(out) {
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(verb),
			progressbar.OptionShowCount(), progressbar.OptionFullWidth(), progressbar.OptionClearOnFinish())
	}
	return p
}

func (p *progress) update(done int) {
	switch {
	case p.bar != nil:
		_ = p.bar.Set(done) // a bar that cannot be drawn stops nothing
	case p.total >= shortJob:
		if tenths := 10 * done / p.total; tenths > p.tenths {
			p.tenths = tenths
			fmt.Fprintf(p.out, "%s: %d of %d (%d %%)\n", p.verb, done, p.total, 10*tenths)
		}
	}
}

// end leaves the line of the bar to what is printed next.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}
