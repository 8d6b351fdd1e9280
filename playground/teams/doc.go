// Package teams is what Microsoft Teams is to a bot, and runs here: the service that the bot calls, the login that
// issues and signs tokens, and the activities that people's clicks cause.
package teams
