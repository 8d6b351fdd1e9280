package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// runVersion prints the version, and what it was built with and for.
func runVersion(_ context.Context, c Call) error {
	if err := noArguments("version", c); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.Out, "clarion %s (%s, %s/%s)\n", programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// buildVersion is what the Go toolchain wrote into the program: a tag, or a commit and its date.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.Main.Version
}
