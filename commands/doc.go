// Package commands is what people can do: one table of slash commands and presses, one file for each, and
// one form of handler, func(ctx, Request) (Reply, error). It knows no platform; package bot decodes what
// comes in, calls a handler, and draws its reply.
package commands
