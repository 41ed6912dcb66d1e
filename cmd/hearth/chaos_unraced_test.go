//go:build !race

package main

// raceFlags make a server like this test: as it is shipped.
var raceFlags []string
