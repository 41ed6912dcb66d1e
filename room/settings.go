package room

import (
	"fmt"
	"time"
)

// Hard bounds of the settings.
const (
	MaxPatients = 15
	MaxSeats    = 20
	MaxWaiting  = 50
	MinRemoval  = 24 * time.Hour // unless 0: then as long as one for the session
	MaxRemoval  = 180 * 24 * time.Hour
)

// DefaultSettings are those of a usual group.
func DefaultSettings() Settings {
	return Settings{
		Caps:    Caps{Patients: 12, Facilitators: 2, Support: 2},
		Waiting: 20, Grace: 2 * time.Minute, HoldClose: 15 * time.Minute, Removal: 90 * 24 * time.Hour,
	}
}

// Validate says which setting is out of bounds.
func (s Settings) Validate() error {
	within := func(name string, n, low, high int) error {
		if n < low || n > high {
			return fmt.Errorf("room: %s is %d, want %d to %d", name, n, low, high)
		}
		return nil
	}
	for _, err := range []error{
		within("patient cap", s.Caps.Patients, 1, MaxPatients),
		within("facilitator cap", s.Caps.Facilitators, 1, MaxSeats),
		within("support cap", s.Caps.Support, 0, MaxSeats),
		within("number of seats", s.Caps.Seats(), 2, MaxSeats),
		within("waiting places", s.Waiting, 1, MaxWaiting),
		within("grace in seconds", int(s.Grace/time.Second), 5, 3600),
		within("hold in seconds", int(s.HoldClose/time.Second), 10, 24*3600),
		within("length in minutes", s.length(), MinLength, MaxLength),
		within("door in minutes", int(s.Door/time.Minute), 0, MaxDoor),
		s.validRemoval(),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// length is the planned length of a session in minutes.
func (s Settings) length() int {
	if s.Length == 0 {
		return defaultLength
	}
	return int(s.Length / time.Minute)
}

func (s Settings) validRemoval() error {
	if s.Removal != 0 && (s.Removal < MinRemoval || s.Removal > MaxRemoval) {
		return fmt.Errorf("room: removal is %v, want 0, or %v to %v", s.Removal, MinRemoval, MaxRemoval)
	}
	return nil
}
