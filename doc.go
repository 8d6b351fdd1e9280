// Package clarion is the domain of an employee-advocacy bot: its nouns and its pure rules.
//
// A social team plans a [Campaign]; a [Drop] posts it into the channels of [Store]s; a [Partner] gets a
// personal [ShareLink] for each [Network]; shares and outside clicks become [Award]s; awards add up to a
// [Leaderboard] of stores for each [Week].
//
// The package imports the standard library only and does no input or output. Time, ids and randomness are
// arguments. Every other package is one adapter around it.
package clarion
