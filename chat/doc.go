// Package chat is what Clarion says and asks, with no platform's word in it: a [Message], a [Form], and the
// [Text] in both. Package bot turns them into what Slack and Teams draw.
package chat
