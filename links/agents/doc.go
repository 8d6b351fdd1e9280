// Package agents judges from a User-Agent header whether a person's browser came or a program did.
//
// It reads two pinned lists, each embedded as its project publishes it, one pattern a line, with the licence
// beside it:
//
//   - crawler-user-agents.txt: the patterns of npm crawler-user-agents 1.60.0 (MIT), which name crawlers;
//   - isbot.txt: the patterns of npm isbot 5.2.3 (Unlicense), which are the words that crawlers use.
//
// Both become one automaton, so that an agent is read once however long the lists grow. To take a newer
// list, replace the file by `npm pack` of that version and its patterns, and run this package's tests: they
// know which patterns need a hand and what the lists refuse.
package agents
