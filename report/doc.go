// Package report has the arithmetic of reports: figures that compare, each with what it can and cannot say.
// It reads nothing and writes nothing.
package report
