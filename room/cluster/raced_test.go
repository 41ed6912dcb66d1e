//go:build race

package cluster

// raced: see `make go-test`.
const raced = true
