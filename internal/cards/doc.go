// Package cards looks at the bot's cards for Teams as they are drawn in a real browser, by Microsoft's own package and with the
// sizes, fonts and colours of Teams. It is nothing but tests, with the build tag browser; .ci/cards runs them.
package cards
