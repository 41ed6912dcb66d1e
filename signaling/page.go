package signaling

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// mediaTypes are the kinds of file that are served, by extension; no other is.
var mediaTypes = map[string]string{
	".html":  "text/html; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".mjs":   "text/javascript; charset=utf-8",
	".css":   "text/css; charset=utf-8",
	".json":  "application/json",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".ico":   "image/x-icon",
	".woff2": "font/woff2",
	".txt":   "text/plain; charset=utf-8",
	".wasm":  "application/wasm",
}

// worthwhile is from how many bytes on a file is kept compressed as well.
const worthwhile = 1 << 10

// file is one served file.
type file struct {
	media  string
	body   []byte
	packed []byte // gzip, nil when not worth it
	etag   string
}

// page is what is served besides sockets: all of it in memory. Immutable.
type page struct {
	files  map[string]*file // by URL path; the page itself is "/"
	texts  *file
	policy string // Content-Security-Policy
	secure bool   // people come over TLS
}

func newPage(cfg *Config) (*page, error) {
	p := &page{files: map[string]*file{}, secure: strings.HasPrefix(cfg.PublicURL, "https:")}
	if err := fs.WalkDir(cfg.Page, ".", p.load(cfg.Page)); err != nil {
		return nil, fmt.Errorf("%w: page: %w", ErrConfig, err)
	}
	index, ok := p.files["/index.html"]
	if !ok {
		return nil, fmt.Errorf("%w: the page has no index.html", ErrConfig)
	}
	delete(p.files, "/index.html")
	p.files["/"] = index
	p.policy = contentPolicy(inlineScripts(index.body))
	p.texts = newFile(".json", encode(pageConfig{"Meeting", cfg.Rules, cfg.Texts}))
	return p, nil
}

// load reads one file of the page.
func (p *page) load(files fs.FS) fs.WalkDirFunc {
	return func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || mediaTypes[path.Ext(name)] == "" {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err == nil {
			p.files["/"+name] = newFile(path.Ext(name), body)
		}
		return err
	}
}

func newFile(ext string, body []byte) *file {
	sum := sha256.Sum256(body)
	f := &file{media: mediaTypes[ext], body: body, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
	if len(body) >= worthwhile && ext != ".png" && ext != ".woff2" {
		f.packed = pack(body)
	}
	return f
}

func pack(body []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // a valid level
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Bytes()
}

// asset serves the page and its files, and a neutral nothing for all else.
func (p *page) asset(w http.ResponseWriter, r *http.Request) {
	f, ok := p.files[r.URL.Path]
	switch {
	case !ok:
		plain(w, http.StatusNotFound)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		plain(w, http.StatusMethodNotAllowed)
	case r.URL.Path == "/":
		f.serve(w, r, "no-store")
	default:
		f.serve(w, r, "no-cache") // kept, and asked about each time
	}
}

func (p *page) config(w http.ResponseWriter, r *http.Request) { p.texts.serve(w, r, "no-store") }

// pageConfig is config.json.
type pageConfig struct {
	Title   string `json:"title"`
	Version string `json:"rules_version"`
	Texts
}

func (f *file) serve(w http.ResponseWriter, r *http.Request, cache string) {
	h := w.Header()
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", cache)
	h.Set("Vary", "Accept-Encoding")
	if cache != "no-store" {
		h.Set("ETag", f.etag)
		if matches(r.Header.Get("If-None-Match"), f.etag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	body := f.body
	if f.packed != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = f.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the client may be gone
}

// matches is If-None-Match with weak comparison (RFC 9110, 13.1.2).
func matches(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == etag || tag == "*" {
			return true
		}
	}
	return false
}

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3) as far as it matters.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(strings.ToLower(part), ";")
		q = strings.ReplaceAll(q, " ", "")
		if strings.TrimSpace(name) == "gzip" {
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

// robots keeps search engines away from everything.
func robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", mediaTypes[".txt"])
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /\n"))
}

// plain answers with the status alone, in words that say nothing.
func plain(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", mediaTypes[".txt"])
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(http.StatusText(status) + "\n"))
}
