package main

import "syscall"

// boundToUs ends a process with this one, however this one ends.
func boundToUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
