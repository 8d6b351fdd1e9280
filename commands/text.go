package commands

import (
	"strings"

	clarion "github.com/clarion-bot/clarion"
)

// shortened makes a text one line, cut at a word so that it has at most n characters.
func shortened(s string, n int) string { return clarion.Cut(strings.Join(strings.Fields(s), " "), n) }

// listed writes "A", "A and B" or "A, B and C".
func listed(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// first returns the first n code points of a text.
func first(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
