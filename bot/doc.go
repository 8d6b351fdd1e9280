// Package bot is the entrances and exits of the chat platforms: it verifies what comes in, translates it into
// a request for the commands' table, and sends the reply as the platform draws it. No word of a platform
// leaves it.
package bot
