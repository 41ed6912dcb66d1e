//go:build unix

package sfu

import "syscall"

// cpuTime is the user and the system time of this process, in nanoseconds.
func cpuTime() (user, system int64) {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0, 0
	}
	return u.Utime.Nano(), u.Stime.Nano()
}
