// Package roster reads stores and partners from CSV files, as they come out of spreadsheets, and says
// everything that is wrong with them, line by line. It does no input or output of its own.
package roster
