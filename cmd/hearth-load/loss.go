package main

import "math/rand/v2"

// atRandom loses a share of the packets of a poor uplink.
func atRandom(share float64) func(seq uint16) bool {
	return func(uint16) bool { return rand.Float64() < share }
}
