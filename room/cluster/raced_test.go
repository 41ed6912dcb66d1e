//go:build race

package cluster

// raced: see `make virtual`.
const raced = true
