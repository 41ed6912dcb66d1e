//go:build race

package main

// raceFlags make a server like this test: its own races are found, too, and
// what go test compiled is not compiled again.
var raceFlags = []string{"-race"}
