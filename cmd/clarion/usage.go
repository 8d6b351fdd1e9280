package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// runHelp prints what the program can do, from the table of subcommands.
func runHelp(_ context.Context, c Call) error {
	w := tabwriter.NewWriter(c.Out, 0, 0, 3, ' ', 0)
	fmt.Fprint(w, "Clarion posts what a social team writes into store channels and counts what partners make of it.\n\nUsage:\n\n")
	for _, s := range subcommands() {
		fmt.Fprintf(w, "  clarion %s\t%s\n", strings.TrimSpace(s.Name+" "+s.Usage), s.Summary)
	}
	fmt.Fprint(w, "\nSettings are environment variables. “clarion check” lists them and says what is missing.\n")
	return w.Flush()
}

func printUsage(out io.Writer, s Subcommand) error {
	_, err := fmt.Fprintf(out, "Usage: clarion %s\n\n%s.\n", strings.TrimSpace(s.Name+" "+s.Usage), s.Summary)
	return err
}

// readFlags reads flags, wherever they stand, and returns the arguments that are none.
func readFlags(fs *flag.FlagSet, args []string) ([]string, error) {
	fs.SetOutput(io.Discard)
	var rest []string
	for {
		if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, err
		} else if err != nil {
			return nil, misused("%s: %v", fs.Name(), err)
		}
		if fs.NArg() == 0 {
			return rest, nil
		}
		rest, args = append(rest, fs.Arg(0)), fs.Args()[1:]
	}
}

// noArguments refuses anything after a subcommand that takes nothing.
func noArguments(name string, c Call) error {
	rest, err := readFlags(flag.NewFlagSet(name, flag.ContinueOnError), c.Args)
	if err == nil && len(rest) > 0 {
		err = misused("%s: it takes no arguments, but got %q", name, rest[0])
	}
	return err
}
