// Package scheduler is the clock: it posts what is due, once each, and announces a week's winners when the
// week has closed. Storage is the truth about what is due; any number of processes may run a scheduler, and
// none of them is special.
package scheduler
