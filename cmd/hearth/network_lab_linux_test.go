package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// A network of namespaces: the server and those near it, a router, and one
// participant far away.
//
//	near 10.99.1.1 -- 10.99.1.2 router 10.99.2.1, 10.99.3.1 -- 10.99.2.2, later 10.99.3.2 far
//
// The far one has its later address from the beginning, but nothing passes
// that comes from there: pion reads the addresses of its machine only once.
//
// Each is the namespace of a process: this test begun once more, a cat, and
// the test once more again. The kernel ends each with the one that began it,
// and a namespace and all that is in it ends with its process, so nothing is
// left behind however a test ends, and nothing outside is touched.

// Addresses of the network.
const (
	nearAddr    = "10.99.1.1"
	nearRouter  = "10.99.1.2"
	farAddr     = "10.99.2.2" // Wi-Fi, say
	farRouter   = "10.99.2.1"
	laterAddr   = "10.99.3.2" // and then mobile
	laterRouter = "10.99.3.1"
)

// networkVariable is set inside: to "near" in the process of the server, to
// "far" in the participant's.
const networkVariable = "HEARTH_TEST_NETWORK"

// apart is how a process begins in a network namespace of its own; one that is
// not root begins in a user namespace, too, in which it is.
func apart() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if id, group := os.Geteuid(), os.Getegid(); id != 0 {
		a.Cloneflags |= syscall.CLONE_NEWUSER
		a.UidMappings = []syscall.SysProcIDMap{{HostID: id, Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{HostID: group, Size: 1}}
	}
	return a
}

// needNamespaces skips where there are none to be had, unless that is a failure.
func needNamespaces(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	for _, tool := range []string{"ip", "nsenter"} {
		if _, err := exec.LookPath(tool); err != nil {
			cannot(t, "needs %s (iproute2, util-linux)", tool)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	// A pair of interfaces and a rule are all that is needed later.
	try := exec.CommandContext(ctx, "sh", "-c", "ip link add name one type veth peer name two && ip rule add pref 5 ipproto udp blackhole")
	try.SysProcAttr = apart()
	if out, err := try.CombinedOutput(); err != nil {
		cannot(t, "network namespaces cannot be made here: %v: %s", err, out)
	}
}

// lab is the network, as the process in the middle of it sees it.
type lab struct {
	t      *testing.T
	router int // process
	far    int
}

// command runs a program in this namespace or, with nsenter before it, in
// another.
func (l *lab) command(args ...string) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), patience)
	defer cancel()
	if out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput(); err != nil {
		l.t.Fatalf("%v: %v: %s", args, err, out)
	}
}

// in runs ip in a process's namespace.
func (l *lab) in(process int, args ...string) {
	l.t.Helper()
	l.command(append([]string{"nsenter", "-t", strconv.Itoa(process), "-n", "ip"}, args...)...)
}

// openLab makes the network around a participant's process.
func openLab(t *testing.T, far int) *lab {
	t.Helper()
	l := &lab{t: t, far: far, router: startRouter(t)}
	router := strconv.Itoa(l.router)
	for i, end := range []struct {
		process int
		name    string
		addrs   []string
		routers []string
	}{{os.Getpid(), "near", []string{nearAddr}, []string{nearRouter}}, {far, "far", []string{farAddr, laterAddr}, []string{farRouter, laterRouter}}} {
		inside := "r" + strconv.Itoa(i)
		l.command("ip", "link", "add", "name", end.name, "netns", strconv.Itoa(end.process), "type", "veth", "peer", "name", inside, "netns", router)
		for _, a := range end.routers {
			l.in(l.router, "addr", "add", a+"/24", "dev", inside)
		}
		l.in(l.router, "link", "set", inside, "up")
		l.in(end.process, "link", "set", "lo", "up")
		for _, a := range end.addrs {
			l.in(end.process, "addr", "add", a+"/24", "dev", end.name)
		}
		l.in(end.process, "link", "set", end.name, "up")
		l.in(end.process, "route", "add", "default", "via", end.routers[0])
	}
	l.in(l.router, "rule", "add", "pref", "20", "from", laterAddr, "blackhole")
	l.command("nsenter", "-t", router, "-n", "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward")
	return l
}

// startRouter is a process that only has a namespace.
func startRouter(t *testing.T) int {
	t.Helper()
	cmd := exec.Command("cat")
	cmd.SysProcAttr = apart()
	held, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = held.Close(); _ = cmd.Wait() })
	return cmd.Process.Pid
}

// drop makes the router lose packets without a word, both ways: those of a
// protocol, or all.
func (l *lab) drop(protocol ...string) { l.rule("add", protocol) }

// pass ends it.
func (l *lab) pass(protocol ...string) { l.rule("del", protocol) }

func (l *lab) rule(verb string, protocol []string) {
	l.t.Helper()
	args := []string{"rule", verb, "pref", strconv.Itoa(5 + len(protocol))}
	for _, p := range protocol {
		args = append(args, "ipproto", p)
	}
	l.in(l.router, append(args, "blackhole")...)
}

// roam takes the far participant's address away, and opens the way from the
// other one.
func (l *lab) roam() {
	l.t.Helper()
	l.in(l.far, "addr", "del", farAddr+"/24", "dev", "far")
	l.in(l.far, "route", "replace", "default", "via", laterRouter)
	l.in(l.router, "rule", "del", "pref", "20")
}

// TestNetwork begins this test once more in a namespace of its own, where
// TestNetworkInside is the test.
func TestNetwork(t *testing.T) {
	t.Parallel()
	needNamespaces(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestNetworkInside$", "-test.v", "-test.timeout=170s")
	cmd.Env = append(os.Environ(), networkVariable+"=near")
	cmd.SysProcAttr = apart()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Writer(&out), &out
	err := cmd.Run()
	t.Logf("inside:\n%s", out.String())
	if err != nil {
		t.Errorf("inside: %v", err)
	}
}
