// Package pictures fetches the picture of a campaign from the company's web site, checks it and keeps it in the
// process, so that Clarion can show it, and hand it on as a file, from its own address.
//
//   - [Pictures.Get] answers from memory where it can, and otherwise fetches: once, however many ask (pictures.go).
//   - An address is fetched only when it leads to the public internet (fetch.go, package fetch).
//   - What came is a picture by its own bytes, whatever the site calls it (examine.go, whole.go).
//   - Memory is bounded by bytes, and what was asked for least recently goes first (shelf.go).
//
// The data is handed on as it came. Whoever serves it sends Picture.Type together with
// "X-Content-Type-Options: nosniff", for a picture may have anything behind its end.
package pictures
