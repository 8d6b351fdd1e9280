// Package playground is a Slack that runs here: it speaks Slack's Web API to a bot's own client, calls the
// bot's own HTTP entrances with signed requests, refuses what Slack refuses in Slack's own words, and is
// driven from a web page (package page), from tests and from the load generator through the same methods.
package playground
