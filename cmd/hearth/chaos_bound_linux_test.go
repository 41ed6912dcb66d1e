package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// boundToUs ends a process with this one, however this one ends.
func boundToUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// opened says whether a process has a TCP connection over IPv4 with these ports.
func opened(process, local, remote int) (bool, error) {
	inode, err := inodeOf(local, remote)
	if err != nil || inode == "" {
		return false, err
	}
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", process))
	for _, f := range files {
		if to, err := os.Readlink(f); err == nil && to == "socket:["+inode+"]" {
			return true, nil
		}
	}
	return false, err
}

// inodeOf finds a connection in proc_net_tcp(5); "" where it is gone.
func inodeOf(local, remote int) (string, error) {
	table, err := os.Open("/proc/net/tcp")
	if err != nil {
		return "", err
	}
	defer table.Close()
	from, to := fmt.Sprintf(":%04X", local), fmt.Sprintf(":%04X", remote)
	lines := bufio.NewScanner(table)
	for lines.Scan() {
		field := strings.Fields(lines.Text())
		if len(field) > 9 && strings.HasSuffix(field[1], from) && strings.HasSuffix(field[2], to) {
			return field[9], nil
		}
	}
	return "", lines.Err()
}
