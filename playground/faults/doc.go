// Package faults decides which calls of a platform that runs here go wrong, and how: those that a test asks for, and those
// that bad weather meets. What such a call is answered with is the platform's own.
package faults
