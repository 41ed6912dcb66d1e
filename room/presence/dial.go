package presence

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// silence keeps go-redis from writing to the process' standard error: its
// lines hold addresses. Everything it says there comes back as an error too.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

func init() { redis.SetLogger(silence{}) }

// reloadEvery is how often a Redis Cluster is asked which server has which
// slots. The library asks once a minute, and when a server says that slots
// moved: one that is dead says nothing, and its rooms would wait a minute for
// the replica that has taken over.
const reloadEvery = time.Second

// dial makes the client for the URL of the configuration. It does not connect.
func dial(cfg Config) (redis.UniversalClient, error) {
	o, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	o = tuned(o, cfg)
	if o.MasterName == "" && (o.IsClusterMode || len(o.Addrs) > 1) {
		many := o.Cluster()
		many.ClusterStateReloadInterval = reloadEvery
		return redis.NewClusterClient(many), nil
	}
	return redis.NewUniversalClient(o), nil
}

// parseURL reads a Redis URL. Its errors never hold any of the text.
func parseURL(text string) (*redis.UniversalOptions, error) {
	u, err := url.Parse(firstHost(text))
	if err != nil {
		return nil, ErrURL
	}
	query := u.Query()
	master, cluster := query.Get("master"), query.Get("cluster") == "true"
	query.Del("master")
	query.Del("cluster")
	u.RawQuery = query.Encode()
	base, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, ErrURL
	}
	addrs := append([]string{base.Addr}, otherHosts(text)...)
	return &redis.UniversalOptions{
		Addrs: addrs, DB: base.DB, Username: base.Username, Password: base.Password,
		TLSConfig: base.TLSConfig, MasterName: master, IsClusterMode: cluster,
	}, nil
}

// authority splits a URL around its list of hosts.
func authority(text string) (before, hosts, after string) {
	start := strings.Index(text, "://")
	if start < 0 {
		return "", text, ""
	}
	start += len("://")
	end := len(text)
	if i := strings.IndexAny(text[start:], "/?#"); i >= 0 {
		end = start + i
	}
	if i := strings.LastIndexByte(text[start:end], '@'); i >= 0 {
		start += i + 1
	}
	return text[:start], text[start:end], text[end:]
}

// firstHost is the URL with its first host alone.
func firstHost(text string) string {
	before, hosts, after := authority(text)
	host, _, _ := strings.Cut(hosts, ",")
	return before + host + after
}

// otherHosts are the hosts after the first, host:port each.
func otherHosts(text string) []string {
	_, hosts, _ := authority(text)
	_, rest, more := strings.Cut(hosts, ",")
	if !more {
		return nil
	}
	return strings.Split(rest, ",")
}

// tuned sets what keeps a frozen or absent Redis from holding anybody up: the
// library's own defaults wait ten seconds and more.
func tuned(o *redis.UniversalOptions, cfg Config) *redis.UniversalOptions {
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = cfg.Timeout, cfg.Timeout, cfg.Timeout
	o.PoolTimeout = cfg.Timeout
	o.ContextTimeoutEnabled = true
	o.MaxRetries, o.DialerRetries = 1, 1
	o.PoolSize, o.PipelinePoolSize = cfg.PoolSize, -1
	o.ReadBufferSize, o.WriteBufferSize = 8<<10, 8<<10
	o.Protocol, o.DisableIdentity = 2, true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return o
}
