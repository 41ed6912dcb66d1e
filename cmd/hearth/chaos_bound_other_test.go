//go:build !linux

package main

import "syscall"

// boundToUs: other systems end it only with the test's own cleaning up.
func boundToUs() *syscall.SysProcAttr { return nil }
