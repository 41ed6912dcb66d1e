package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Bounds of INFO: how long it may take on a busy machine, and its bytes.
const (
	infoWithin = 20 * time.Second
	maxInfo    = 1 << 20
)

// errInfo is a Redis that does not tell about itself. Its text holds no address.
var errInfo = errors.New("redis does not answer INFO")

// redisFigures are what a Redis tells about itself at one moment.
type redisFigures struct {
	Version   string
	CPU       float64 // seconds since its start, all its threads
	Main      float64 // of its main thread, the one that runs the scripts
	Children  float64 // of processes that write its file anew
	Memory    float64 // bytes in use, those of clients and of what is yet to be written left out
	RSS       float64
	Commands  float64
	In, Out   float64 // bytes over the network
	Appended  float64 // bytes of the append-only file now
	Evicted   float64
	Clients   float64
	Rewriting bool // its append-only file
}

// lookAtRedis asks for INFO on a connection of its own. This is all that the
// program says to Redis by itself; the rest goes through room/presence.
func lookAtRedis(ctx context.Context, target string) (redisFigures, error) {
	ctx, cancel := context.WithTimeout(ctx, infoWithin)
	defer cancel()
	u, err := url.Parse(target)
	if err != nil {
		return redisFigures{}, errInfo
	}
	conn, err := dialRedis(ctx, u)
	if err != nil {
		return redisFigures{}, errInfo
	}
	defer conn.Close()
	end, _ := ctx.Deadline()
	_ = conn.SetDeadline(end)
	text, err := askInfo(conn, u.User)
	if err != nil {
		return redisFigures{}, errInfo
	}
	return parseInfo(text), nil
}

func dialRedis(ctx context.Context, u *url.URL) (net.Conn, error) {
	var plain net.Dialer
	if u.Scheme == "unix" {
		return plain.DialContext(ctx, "unix", u.Path)
	}
	addr := u.Host
	if u.Port() == "" {
		addr = net.JoinHostPort(u.Hostname(), "6379")
	}
	if u.Scheme == "rediss" {
		return (&tls.Dialer{Config: &tls.Config{MinVersion: tls.VersionTLS12}}).DialContext(ctx, "tcp", addr)
	}
	return plain.DialContext(ctx, "tcp", addr)
}

// askInfo logs in where there is a password, and reads INFO's bulk string (RESP2).
func askInfo(conn io.ReadWriter, user *url.Userinfo) (string, error) {
	r := bufio.NewReader(conn)
	if password, has := user.Password(); has {
		words := []string{"AUTH"}
		if name := user.Username(); name != "" {
			words = append(words, name)
		}
		if _, err := io.WriteString(conn, command(append(words, password)...)); err != nil {
			return "", err
		}
		if line, err := r.ReadString('\n'); err != nil || line != "+OK\r\n" {
			return "", errInfo
		}
	}
	if _, err := io.WriteString(conn, command("INFO")); err != nil {
		return "", err
	}
	return readBulk(r)
}

// command is a command of RESP2.
func command(words ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, w := range words {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(w), w)
	}
	return b.String()
}

// readBulk reads one bulk string of RESP2 of at most maxInfo bytes.
func readBulk(r *bufio.Reader) (string, error) {
	head, err := r.ReadSlice('\n')
	if err != nil || len(head) < 4 || head[0] != '$' {
		return "", errInfo
	}
	n, err := strconv.Atoi(strings.TrimSuffix(string(head[1:]), "\r\n"))
	if err != nil || outside(n, 0, maxInfo) {
		return "", errInfo
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return "", errInfo
	}
	return string(text), nil
}

// parseInfo reads the lines it knows; what is missing is 0.
func parseInfo(text string) redisFigures {
	values := map[string]string{}
	for line := range strings.Lines(text) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			values[key] = value
		}
	}
	number := func(keys ...string) (sum float64) {
		for _, key := range keys {
			v, err := strconv.ParseFloat(values[key], 64)
			if err == nil && v-v == 0 { // neither NaN nor infinite
				sum += v
			}
		}
		return sum
	}
	return redisFigures{
		Version:  values["redis_version"],
		CPU:      number("used_cpu_user", "used_cpu_sys"),
		Main:     number("used_cpu_user_main_thread", "used_cpu_sys_main_thread"),
		Children: number("used_cpu_user_children", "used_cpu_sys_children"),
		Memory:   number("used_memory") - number("mem_clients_normal", "mem_aof_buffer"),
		RSS:      number("used_memory_rss"),
		Commands: number("total_commands_processed"), Evicted: number("evicted_keys"), Clients: number("connected_clients"),
		In: number("total_net_input_bytes"), Out: number("total_net_output_bytes"),
		Appended: number("aof_current_size"), Rewriting: values["aof_rewrite_in_progress"] == "1",
	}
}
