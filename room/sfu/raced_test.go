//go:build race

package sfu

// raced: minutes of virtual time take ten times as long under the race detector.
// `make virtual` runs them without it.
const raced = true
