// Package agents judges from a User-Agent header whether a person's browser came, or a program: one that draws
// previews of links, another crawler, or one that says nothing of itself.
//
// It reads pinned lists, each embedded as its project publishes it, one pattern a line, with the licence beside it:
//
//   - crawler-user-agents.txt: the patterns of npm crawler-user-agents 1.60.0 (MIT), which name crawlers;
//   - crawler-user-agents.previews.txt: those of them whose only tag there is social-preview;
//   - isbot.txt: the patterns of npm isbot 5.2.3 (Unlicense), which are the words that crawlers use.
//
// They become one automaton, so that an agent is read once however long the lists grow. To take a newer list,
// replace its file by the patterns in `npm pack` of that version, and run this package's tests: they know which
// patterns need a hand and what the lists refuse.
//
// How good it is, on agents that the lists were not made from and the rules of this package neither (the half of
// each sample that nobody looked at; testdata/README.md says how the samples were made):
//
//	crawlers   2,008 (Crawler-Detect, Matomo)                        99.25 % caught
//	browsers  98,045 (Crawler-Detect, user-agents, Matomo)            0.063 % refused
//
// The tests print these figures, by sample, and every agent that is judged wrong:
//
//	go test -v -run WasNotMadeFrom ./links/agents
//
// A program that sends a browser's agent letter by letter is a browser to this package. What else can be known
// of a visit is for its caller to weigh.
package agents
