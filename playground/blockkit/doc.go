// Package blockkit judges and draws Slack's Block Kit: CheckMessage and CheckView refuse what Slack's server
// refuses, naming the place by JSON pointer and the broken limit; DrawMessage, DrawView and DrawText turn what
// was accepted into safe, accessible HTML; FormState and ElementValue turn a posted HTML form back into the
// state and the action values that Slack sends to a bot.
//
// Each block and each element is one entry of a table (blockKinds, elementKinds) and lives in the file of its
// noun: what it may hold stands beside how it is drawn. Limits come from Slack's reference, whose pages are
// named after the block ("https://docs.slack.dev/reference/block-kit/blocks/section-block"), and from the
// comments of the npm package @slack/types 3.2.0. Where two sources differ the stricter limit is kept, so that
// what passes here passes there. Lengths are counted in code points.
package blockkit
