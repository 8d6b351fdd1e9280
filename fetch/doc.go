// Package fetch gets something from the public internet at an address that a person gave, within bounds, and never
// from a private address.
//
//   - An address is asked only when it leads to the public internet. The IP address that is dialed decides, after
//     all names were looked up: a name that leads elsewhere at its second look-up (DNS rebinding), and a redirect
//     into our own network, gain nothing (address.go).
//   - Time, bytes, redirects, ports, headers, and how much is fetched at once have a bound (client.go).
//   - Nothing is sent but what asks for the thing: no cookie, no referrer, no password.
//   - An error has a sentence without IP address and query, for the person who gave the address (errors.go).
//
// Config.Allow lets hosts of our own be asked too, for tests and the demo; nothing is allowed by default.
//
// No proxy is used, whatever the environment says: a proxy would look the name up itself, and nothing here could
// then know where the address leads. Where the internet is reached only through one, nothing can be fetched.
package fetch
