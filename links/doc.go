// Package links is the public web: what a customer and a partner open in a browser.
//
//   - GET /l/{code} sends a customer on to the campaign's content and counts the visit: always as a visit, and
//     with points when a person other than the sharer came for the first time (redirect.go, visit.go).
//   - GET /s/{token} is a partner's own page for one campaign (page.go, card.go, figures.go), and
//     GET /s/{token}/picture the campaign's picture on it (picture.go).
//   - GET /s/{token}/{network} records the share and opens the network's composer (share.go, compose.go);
//     POST records what the phone's own share sheet took.
//
// A customer gets no cookie and no script, and no address is stored or logged (visitor.go).
package links
