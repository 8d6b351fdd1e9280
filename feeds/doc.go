// Package feeds reads what a site publishes: RSS, Atom, RDF, JSON Feed, and the channels of YouTube. Whoever calls it
// decides when, and what becomes of the items.
//
//   - [Reader.Read] gets a feed through package fetch: from the public internet alone, within bounds (reader.go).
//   - An address may be that of a web page that names its feed, or of a YouTube channel (page.go, youtube.go).
//   - The parser is others' work and takes what anybody writes. What would cost it too much, in time or in depth,
//     is found before (charset.go, burden.go, parse.go).
//   - An item has plain text and addresses that can be shown and shared (item.go, text.go).
//   - Each error has sentences for the person who gave the address, which say what to do (errors.go).
//
// Nothing is kept between two reads: what a site needs to be asked whether its feed has changed is part of the [Feed],
// and the caller's to keep.
package feeds
