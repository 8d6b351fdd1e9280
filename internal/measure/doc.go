// Package measure is what the programs that measure share: a redis-server of their own, a place to serve from,
// and the middle of many numbers.
package measure
